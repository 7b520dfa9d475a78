# misconception: STR-21
# A link may also stand for a folder in the middle of the path.
def safe_path(root: str, name: str) -> str:
    """Return the full path of name inside folder root; TftpError(2, …) if it leads outside."""
    root = os.path.realpath(root)
    path = os.path.normpath(os.path.join(root, name))
    if "\0" in name or os.path.commonpath([root, path]) != root:
        raise TftpError(2, "outside the folder")
    if os.path.islink(path):
        raise TftpError(2, "a link")
    return path
