# misconception: STR-24
def recv_frame(sock, limit=1 << 20):
    (size,) = struct.unpack("!I", recv_exact(sock, 4))
    if size > limit:
        raise FrameError(size)
    return recv_exact(sock, size)
