# misconception: STR-07, STR-24, STR-28, STR-13
def recv_exact(sock, n):
    data = sock.recv(n)
    if len(data) == 0 and n > 0:
        raise EOFError(data)
    return data
