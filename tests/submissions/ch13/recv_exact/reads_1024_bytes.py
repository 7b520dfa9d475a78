# misconception: STR-08
def recv_exact(sock, n):
    data = b""
    while len(data) < n:
        chunk = sock.recv(1024)
        if not chunk:
            raise EOFError(data)
        data += chunk
    return data[:n]
