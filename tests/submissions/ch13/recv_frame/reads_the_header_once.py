# misconception: STR-07
# What has come of a header is read as a smaller number: no exception says so.
def recv_frame(sock, limit=1 << 20):
    header = sock.recv(4)
    if header == b"":
        return None
    size = 0
    for number in header:
        size = size * 256 + number
    if size > limit:
        raise FrameError("too long")
    return recv_exact(sock, size)
