# misconception: STR-03
# sendall sends everything, but in how many sends it does not tell.
def send_all(sock: socket.socket, data: bytes) -> list[int]:
    """Send all of data on sock with socket.send; return how many bytes each send took, in order."""
    sock.sendall(data)
    return [len(data)] if data else []
