# right: written from the chapter's text alone, with care
def safe_path(root: str, name: str) -> str:
    """Return the full path of name inside folder root; TftpError(2, …) if it leads outside."""
    if "\0" in name:
        raise TftpError(2, "access violation: NUL in the name")
    folder = os.path.realpath(root)
    # An absolute name replaces the root in join, and is then found to be outside.
    path = os.path.realpath(os.path.join(folder, name))
    if os.path.commonpath([folder, path]) != folder:  # compares whole names of folders
        raise TftpError(2, "access violation: outside the folder served")
    return path
