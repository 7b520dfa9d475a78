# misconception: STR-28
def recv_exact(sock, n):
    data = b""
    while len(data) < n:
        try:
            chunk = sock.recv(n - len(data))
        except ConnectionError:
            chunk = b""
        if not chunk:
            raise EOFError(data)
        data += chunk
    return data
