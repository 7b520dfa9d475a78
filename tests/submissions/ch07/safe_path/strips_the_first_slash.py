# misconception: STR-21
# It serves another file than the one that was asked for.
def safe_path(root: str, name: str) -> str:
    """Return the full path of name inside folder root; TftpError(2, …) if it leads outside."""
    if "\0" in name:
        raise TftpError(2, "a name holds no NUL")
    root = os.path.realpath(root)
    path = os.path.realpath(os.path.join(root, name.lstrip("/")))
    if os.path.commonpath([root, path]) != root:
        raise TftpError(2, "outside the folder")
    return path
