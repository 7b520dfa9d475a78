# misconception: STR-43
def recv_exact(sock, n):
    data = b""
    with sock:
        while len(data) < n:
            chunk = sock.recv(n - len(data))
            if not chunk:
                raise EOFError(data)
            data += chunk
    return data
