# misconception: STR-21
# The client chooses the next folder, up as well as down.
def safe_path(root: str, name: str) -> str:
    """Return the full path of name inside folder root; TftpError(2, …) if it leads outside."""
    if "\0" in name:
        raise TftpError(2, "a name holds no NUL")
    return f"{root}/{name}"
