# right: relpath
def safe_path(root, name):
    if "\x00" in name:
        raise TftpError(2, "")
    real = os.path.realpath(os.path.join(root, name))
    if os.path.relpath(real, os.path.realpath(root)).split(os.sep)[0] == "..":
        raise TftpError(2, "")
    return real
