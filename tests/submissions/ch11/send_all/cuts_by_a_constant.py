# misconception: STR-04
# The pieces are its own; what a send leaves of a piece is nobody's.
def send_all(sock: socket.socket, data: bytes) -> list[int]:
    """Send all of data on sock with socket.send; return how many bytes each send took, in order."""
    piece = 500_000
    return [sock.send(data[i : i + piece]) for i in range(0, len(data), piece)]
