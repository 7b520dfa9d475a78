def recv_frame(sock, limit=1 << 20):
    need, data, size = 4, b"", None
    while len(data) < need:
        chunk = sock.recv(min(need - len(data), 65536))
        if not chunk and not data and size is None:
            return None
        if not chunk:
            raise EOFError("cut off")
        data += chunk
        if size is None and len(data) == 4:
            size = need = int.from_bytes(data, "big")
            data = b""
            if size > limit:
                raise FrameError(f"{size} > {limit}")
    return data
