# misconception: STR-43
# After shutdown(SHUT_WR) the caller can say nothing more on sock.
def send_all(sock: socket.socket, data: bytes) -> list[int]:
    """Send all of data on sock with socket.send; return how many bytes each send took, in order."""
    counts = []
    while data:
        counts.append(sock.send(data))
        data = data[counts[-1] :]
    sock.shutdown(socket.SHUT_WR)
    return counts
