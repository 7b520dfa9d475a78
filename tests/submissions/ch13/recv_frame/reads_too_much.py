# misconception: STR-08
def recv_frame(sock, limit=1 << 20):
    data = sock.recv(4096)
    if not data:
        return None
    while len(data) < 4:
        chunk = sock.recv(4096)
        if not chunk:
            raise EOFError(data)
        data += chunk
    (size,) = struct.unpack("!I", data[:4])
    if size > limit:
        raise FrameError(size)
    while len(data) < 4 + size:
        chunk = sock.recv(4096)
        if not chunk:
            raise EOFError(data)
        data += chunk
    return data[4 : 4 + size]
