# right: prefix right
class Denied(TftpError):
    def __init__(self):
        super().__init__(2, "denied")


def safe_path(root: str, name: str) -> str:
    if name.find(chr(0)) >= 0:
        raise Denied
    root = os.path.realpath(root)
    full = (
        os.path.realpath(root + os.sep + name)
        if not name.startswith("/")
        else os.path.realpath(name)
    )
    if full != root and not full.startswith(root.rstrip("/") + "/"):
        raise Denied()
    return full
