# misconception: STR-25
def recv_frame(sock, limit=1 << 20):
    try:
        header = recv_exact(sock, 4)
    except EOFError as error:
        if error.args[0]:
            raise
        return None
    (size,) = struct.unpack("!I", header)
    payload = recv_exact(sock, size)
    if len(payload) > limit:
        raise FrameError(size)
    return payload
