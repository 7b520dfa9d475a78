# misconception: none
# Nothing leads out any more, but nothing leads into sub-folders either.
def safe_path(root: str, name: str) -> str:
    """Return the full path of name inside folder root; TftpError(2, …) if it leads outside."""
    if "\0" in name:
        raise TftpError(2, "a name holds no NUL")
    root = os.path.realpath(root)
    path = os.path.realpath(os.path.join(root, os.path.basename(name)))
    if os.path.commonpath([root, path]) != root:
        raise TftpError(2, "outside the folder")
    return path
