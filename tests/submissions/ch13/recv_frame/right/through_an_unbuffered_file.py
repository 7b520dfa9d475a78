def _all(stream, n):
    parts = []
    while n and (part := stream.read(n)):
        parts.append(part)
        n -= len(part)
    return b"".join(parts)


def recv_frame(sock, limit=1 << 20):
    stream = sock.makefile("rb", buffering=0)
    header = _all(stream, 4)
    if not header:
        return None
    if len(header) < 4:
        raise EOFError(header)
    size = struct.unpack("!I", header)[0]
    if size > limit:
        raise FrameError(f"{size} bytes are more than {limit}")
    payload = _all(stream, size)
    if len(payload) < size:
        raise EOFError(payload)
    return payload
