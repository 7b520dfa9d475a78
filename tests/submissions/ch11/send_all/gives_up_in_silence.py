# misconception: MUX-02
# A TimeoutError that nobody hears of: half of data is on its way, and nobody knows which half.
def send_all(sock: socket.socket, data: bytes) -> list[int]:
    """Send all of data on sock with socket.send; return how many bytes each send took, in order."""
    counts = []
    while data:
        try:
            counts.append(sock.send(data))
        except TimeoutError:
            break
        data = data[counts[-1] :]
    return counts
