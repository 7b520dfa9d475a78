# misconception: STR-07, STR-13
def recv_frame(sock, limit=1 << 20):
    header = sock.recv(4)
    if not header:
        return None
    (size,) = struct.unpack("!I", header)
    if size > limit:
        raise FrameError(size)
    return sock.recv(size) if size else b""
