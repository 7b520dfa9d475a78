# misconception: STR-21
# A root that is a link itself contains nothing then.
def safe_path(root: str, name: str) -> str:
    """Return the full path of name inside folder root; TftpError(2, …) if it leads outside."""
    if "\0" in name:
        raise TftpError(2, "a name holds no NUL")
    path = os.path.realpath(os.path.join(root, name))
    if not path.startswith(root + os.sep):
        raise TftpError(2, "outside the folder")
    return path
