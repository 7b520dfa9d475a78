# misconception: TFT-13
# As C does: "a\\0b" becomes "a", which nobody asked for.
def safe_path(root: str, name: str) -> str:
    """Return the full path of name inside folder root; TftpError(2, …) if it leads outside."""
    name = name.split("\0")[0]
    root = os.path.realpath(root)
    path = os.path.realpath(os.path.join(root, name))
    if os.path.commonpath([root, path]) != root:
        raise TftpError(2, "outside the folder")
    return path
