# misconception: STR-21
# normpath works on the text; where a link leads only the disk knows.
def safe_path(root: str, name: str) -> str:
    """Return the full path of name inside folder root; TftpError(2, …) if it leads outside."""
    if "\0" in name:
        raise TftpError(2, "a name holds no NUL")
    root = os.path.realpath(root)
    path = os.path.normpath(os.path.join(root, name))
    if os.path.commonpath([root, path]) != root:
        raise TftpError(2, "outside the folder")
    return path
