# misconception: STR-31
# The caller believes that everything was sent.
def send_all(sock: socket.socket, data: bytes) -> list[int]:
    """Send all of data on sock with socket.send; return how many bytes each send took, in order."""
    counts = []
    try:
        while data:
            counts.append(sock.send(data))
            data = data[counts[-1] :]
    except ConnectionError:
        pass
    return counts
