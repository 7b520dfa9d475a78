# misconception: STR-08
def recv_exact(sock, n):
    with sock.makefile("rb") as stream:
        data = stream.read(n)  # the buffer takes more, and is thrown away
    if len(data) < n:
        raise EOFError(data)
    return data
