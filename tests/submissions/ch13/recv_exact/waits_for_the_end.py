# misconception: STR-24
def recv_exact(sock, n):
    data = b""
    while chunk := sock.recv(n):
        data += chunk
    if len(data) < n:
        raise EOFError(data)
    return data[:n]
