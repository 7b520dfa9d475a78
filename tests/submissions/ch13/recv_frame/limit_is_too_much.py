# misconception: none
def recv_frame(sock, limit=1 << 20):
    try:
        header = recv_exact(sock, 4)
    except EOFError as error:
        if error.args[0]:
            raise
        return None
    (size,) = struct.unpack("!I", header)
    if size >= limit:
        raise FrameError(size)
    return recv_exact(sock, size)
