# misconception: STR-43
# with sock: closes a socket that belongs to the caller.
def send_all(sock: socket.socket, data: bytes) -> list[int]:
    """Send all of data on sock with socket.send; return how many bytes each send took, in order."""
    counts = []
    with sock:
        while data:
            counts.append(sock.send(data))
            data = data[counts[-1] :]
    return counts
