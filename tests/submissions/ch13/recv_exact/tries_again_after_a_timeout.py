# misconception: none
# Two timeouts are hidden from the caller, who waits three times as long as it has said.
def recv_exact(sock, n):
    data, late = b"", 0
    while len(data) < n:
        try:
            part = sock.recv(n - len(data))
        except TimeoutError:
            late += 1
            if late > 2:
                raise
            continue
        if part == b"":
            raise EOFError(data)
        data += part
    return data
