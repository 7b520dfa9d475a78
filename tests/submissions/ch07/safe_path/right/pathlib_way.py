# right: pathlib way
def safe_path(root, name):
    try:
        base = Path(root).resolve()
        path = (base / name).resolve()
    except ValueError:
        raise TftpError(2, "NUL")
    if "\0" in name or not path.is_relative_to(base):
        raise TftpError(2, "outside")
    return str(path)
