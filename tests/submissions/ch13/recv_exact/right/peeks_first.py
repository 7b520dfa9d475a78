class Ended(EOFError):
    pass


def recv_exact(sock, n):
    data = b""
    while missing := n - len(data):
        seen = sock.recv(missing, socket.MSG_PEEK)
        if not seen:
            raise Ended(data)
        data += sock.recv(len(seen))
    return data
