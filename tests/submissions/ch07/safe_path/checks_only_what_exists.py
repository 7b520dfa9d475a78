# misconception: STR-21
# An upload makes the file that a dangling link points to: outside.
def safe_path(root: str, name: str) -> str:
    """Return the full path of name inside folder root; TftpError(2, …) if it leads outside."""
    if "\0" in name:
        raise TftpError(2, "a name holds no NUL")
    root = os.path.realpath(root)
    path = os.path.normpath(os.path.join(root, name))
    real = os.path.realpath(path) if os.path.exists(path) else path
    if os.path.commonpath([root, real]) != root:
        raise TftpError(2, "outside the folder")
    return real
