# misconception: TCP-21
# "The server socket receives the client's data, as the phone that rings is the one you answer."
def method_table() -> dict[str, str]:
    """Return, for each key, the errno name that the call raises on Linux, or "ok"."""
    return {
        "listener.recv": "ok",
        "listener.send": "ok",
        "listener.getpeername": "ok",
        "connected.accept": "ok",
        "connected.listen": "EINVAL",
        "connected.connect": "EISCONN",
        "fresh.recv": "ENOTCONN",
        "fresh.getsockname": "ok",
    }
