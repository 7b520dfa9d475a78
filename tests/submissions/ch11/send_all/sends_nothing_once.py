# misconception: STR-18
# send(b"") puts nothing on a stream: there is no empty message.
def send_all(sock: socket.socket, data: bytes) -> list[int]:
    """Send all of data on sock with socket.send; return how many bytes each send took, in order."""
    counts = [sock.send(data)]
    while sum(counts) < len(data):
        counts.append(sock.send(data[sum(counts) :]))
    return counts
