# misconception: STR-04
# It takes for granted that 4096 bytes always fit.
def send_all(sock: socket.socket, data: bytes) -> list[int]:
    """Send all of data by sock.send; return how many bytes each took."""
    result = []
    for start in range(0, len(data), 4096):
        result.append(sock.send(data[start : start + 4096]))
    return result
