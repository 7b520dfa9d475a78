def recv_exact(sock, n, before=b""):
    if not n:
        return before
    chunk = sock.recv(min(n, 65536))
    if not chunk:
        raise EOFError(before)
    return recv_exact(sock, n - len(chunk), before + chunk)
