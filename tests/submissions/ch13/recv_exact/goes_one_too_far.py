# misconception: none
# One off.
def recv_exact(sock, n):
    data = b""
    while len(data) <= n:
        chunk = sock.recv(n - len(data))
        if not chunk:
            raise EOFError(data)
        data += chunk
    return data
