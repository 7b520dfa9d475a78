# right: its own pieces, each continued where a send stopped
def send_all(sock: socket.socket, data: bytes) -> list[int]:
    """Send all of data on sock with socket.send; return how many bytes each send took, in order."""
    counts = []
    while data:
        taken = sock.send(data[:4096])
        counts += [taken]
        data = data[taken:]
    return counts
