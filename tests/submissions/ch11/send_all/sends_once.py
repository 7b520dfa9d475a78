# misconception: STR-02
# send may take less than it was given, and says so.
def send_all(sock: socket.socket, data: bytes) -> list[int]:
    """Send all of data on sock with socket.send; return how many bytes each send took, in order."""
    if not data:
        return []
    return [sock.send(data)]
