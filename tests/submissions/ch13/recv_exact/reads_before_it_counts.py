# misconception: none
def recv_exact(sock, n):
    data = b""
    while True:
        chunk = sock.recv(max(n - len(data), 1))
        if not chunk:
            raise EOFError(data)
        data += chunk
        if len(data) >= n:
            return data
