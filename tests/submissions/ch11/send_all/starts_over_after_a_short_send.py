# misconception: STR-04
# It counts what was taken, but every send begins at the first byte again.
def send_all(sock: socket.socket, data: bytes) -> list[int]:
    """Send all of data on sock with socket.send; return how many bytes each send took, in order."""
    counts = []
    while sum(counts) < len(data):
        counts.append(sock.send(data[: len(data) - sum(counts)]))
    return counts
