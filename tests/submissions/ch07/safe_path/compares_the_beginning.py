# misconception: STR-40
# "/srv/pub-secret" begins with "/srv/pub", and is another folder.
def safe_path(root: str, name: str) -> str:
    """Return the full path of name inside folder root; TftpError(2, …) if it leads outside."""
    if "\0" in name:
        raise TftpError(2, "a name holds no NUL")
    root = os.path.realpath(root)
    path = os.path.realpath(os.path.join(root, name))
    if not path.startswith(root):
        raise TftpError(2, "outside the folder")
    return path
