def _pop(buffer):
    if len(buffer) < 4:
        return None
    size = int.from_bytes(buffer[:4], "big")
    if size > 65536:
        raise ConnectionAbortedError("too long")
    if len(buffer) < 4 + size:
        return None
    request = bytes(buffer[4 : 4 + size])
    del buffer[: 4 + size]
    return request


def _run(argv, allow):
    if argv[0] not in allow:
        return 126, b"", b"permission denied"
    try:
        done = subprocess.run(argv, input=b"", capture_output=True, timeout=COMMAND_TIMEOUT_S)
    except FileNotFoundError:
        return 127, b"", b"not found"
    except subprocess.TimeoutExpired:
        return 124, b"", b"too slow"
    return done.returncode, done.stdout, done.stderr


def _serve(sock, allow, stop):
    buffer = bytearray()
    while not stop.is_set():
        sock.settimeout(0.15)
        try:
            chunk = sock.recv(4096)
        except TimeoutError:
            continue
        if not chunk:
            return
        buffer += chunk
        sock.settimeout(60)
        while (request := _pop(buffer)) is not None:
            code, out, err = _run(request.decode().split("\0"), allow)
            parts = (str(code).encode(), out, err)
            sock.sendall(b"".join(struct.pack("!I", len(part)) + part for part in parts))


def command_server(listener, allow, stop):
    count = 0
    while not stop.wait(0):
        listener.settimeout(0.1)
        try:
            sock, _ = listener.accept()
        except TimeoutError:
            continue
        count += 1
        try:
            _serve(sock, allow, stop)
        except OSError:
            pass
        finally:
            sock.close()
    return count
