class TooLong(FrameError):
    pass


def recv_frame(sock, limit=1 << 20):
    if not sock.recv(1, socket.MSG_PEEK):
        return None
    size = int.from_bytes(recv_exact(sock, 4), "big")
    if size > limit:
        raise TooLong(size)
    return recv_exact(sock, size)
