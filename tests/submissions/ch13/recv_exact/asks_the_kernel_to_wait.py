# misconception: STR-07, STR-24, STR-28, STR-13
def recv_exact(sock, n):
    if n == 0:
        return b""
    data = sock.recv(n, socket.MSG_WAITALL)  # short where sock has a timeout
    if not data:
        raise EOFError(data)
    return data
