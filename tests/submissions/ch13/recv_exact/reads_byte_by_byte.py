# misconception: none
# Right, and much too slow: each byte copies all that came before it.
def recv_exact(sock, n):
    data = b""
    while len(data) != n:
        byte = sock.recv(1)
        if not byte:
            raise EOFError(data)
        data += byte
    return data
