# misconception: STR-32
# "The send was short, so the peer has closed": its buffer is full, no more.
def send_all(sock: socket.socket, data: bytes) -> list[int]:
    """Send all of data on sock with socket.send; return how many bytes each send took, in order."""
    if not data:
        return []
    sent = sock.send(data)
    if sent < len(data):
        raise ConnectionError("peer close")
    return [sent]
