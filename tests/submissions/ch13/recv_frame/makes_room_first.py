# misconception: STR-25
def recv_frame(sock, limit=1 << 20):
    try:
        header = recv_exact(sock, 4)
    except EOFError as error:
        if error.args[0]:
            raise
        return None
    payload = bytearray(struct.unpack("!I", header)[0])
    if len(payload) > limit:
        raise FrameError(len(payload))
    payload[:] = recv_exact(sock, len(payload))
    return bytes(payload)
