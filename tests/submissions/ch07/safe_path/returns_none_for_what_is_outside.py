# misconception: none
# None is no exception.
def safe_path(root: str, name: str) -> str:
    """Return the full path of name inside root; TftpError(2, …) if it is outside."""
    if "\0" in name:
        return None
    path = os.path.realpath(os.path.join(root, name))
    if not path.startswith(os.path.realpath(root) + os.sep):
        return None
    return path
