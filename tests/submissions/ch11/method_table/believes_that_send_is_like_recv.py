# misconception: none
# send on a socket without a peer is a broken pipe; recv says that there is no connection.
def method_table() -> dict[str, str]:
    """Return, for each key, the errno name that the call raises on Linux, or "ok"."""
    return {
        "listener.recv": "ENOTCONN",
        "listener.send": "ENOTCONN",
        "listener.getpeername": "ENOTCONN",
        "connected.accept": "EINVAL",
        "connected.listen": "EINVAL",
        "connected.connect": "EISCONN",
        "fresh.recv": "ENOTCONN",
        "fresh.getsockname": "ok",
    }
