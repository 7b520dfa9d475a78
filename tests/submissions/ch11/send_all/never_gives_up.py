# misconception: MUX-02
# The timeout is the caller's: who may not wait longer must be told.
def send_all(sock: socket.socket, data: bytes) -> list[int]:
    """Send all of data on sock with socket.send; return how many bytes each send took, in order."""
    counts = []
    while data:
        try:
            counts.append(sock.send(data))
        except TimeoutError:
            continue
        data = data[counts[-1] :]
    return counts
