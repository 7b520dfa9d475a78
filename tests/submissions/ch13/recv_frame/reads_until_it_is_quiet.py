# misconception: STR-14, STR-08, STR-24, STR-13
def recv_frame(sock, limit=1 << 20):
    data = b""
    timeout = sock.gettimeout()
    while True:
        try:
            chunk = sock.recv(4 - len(data) if len(data) < 4 else 65536)
        except TimeoutError:
            break
        finally:
            sock.settimeout(timeout)
        if not chunk:
            break
        data += chunk
        if len(data) >= 4 and int.from_bytes(data[:4], "big") > limit:
            raise FrameError(data[:4])
        if data == bytes(4):
            return b""
        sock.settimeout(0.05)  # nothing more within 50 ms: that was all
    if not data:
        return None
    if len(data) < 4:
        raise EOFError(data)
    return data[4:]
