def recv_exact(sock, n):
    data, got = bytearray(n), 0
    while got < n:
        count = sock.recv_into(memoryview(data)[got:])
        if count == 0:
            raise EOFError(bytes(data[:got]))
        got += count
    return bytes(data)
