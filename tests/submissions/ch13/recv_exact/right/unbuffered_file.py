def recv_exact(sock, n):
    data = b""
    with sock.makefile("rb", buffering=0) as stream:
        while len(data) < n:
            if not (chunk := stream.read(n - len(data))):
                raise EOFError(data)
            data += chunk
    return data
