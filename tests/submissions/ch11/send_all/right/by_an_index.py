# right: an index instead of slices of slices
def send_all(sock: socket.socket, data: bytes) -> list[int]:
    """Send all of data on sock with socket.send; return how many bytes each send took, in order."""
    counts, start = [], 0
    while start < len(data):
        count = sock.send(data[start:])
        start += count
        counts.append(count)
    return counts
