# misconception: none
# A fresh socket has an address already: ("0.0.0.0", 0).
def method_table() -> dict[str, str]:
    """Return, for each key, the errno name that the call raises on Linux, or "ok"."""
    return {
        "listener.recv": "ENOTCONN",
        "listener.send": "EPIPE",
        "listener.getpeername": "ENOTCONN",
        "connected.accept": "EINVAL",
        "connected.listen": "EINVAL",
        "connected.connect": "EISCONN",
        "fresh.recv": "ENOTCONN",
        "fresh.getsockname": "EINVAL",
    }
