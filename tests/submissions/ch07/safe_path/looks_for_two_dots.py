# misconception: STR-21
# Names such as "a..b" are refused, and links lead out without any dots.
def safe_path(root: str, name: str) -> str:
    """Return the full path of name inside folder root; TftpError(2, …) if it leads outside."""
    if "\0" in name or ".." in name or name.startswith("/"):
        raise TftpError(2, "outside the folder")
    return os.path.join(os.path.realpath(root), name)
