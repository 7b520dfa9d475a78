# right: the rest is a smaller exercise of the same kind
def send_all(sock: socket.socket, data: bytes) -> list[int]:
    """Send all of data on sock with socket.send; return how many bytes each send took, in order."""
    if not data:
        return []
    view = memoryview(data)
    count = sock.send(view)
    return [count, *send_all(sock, view[count:])]
