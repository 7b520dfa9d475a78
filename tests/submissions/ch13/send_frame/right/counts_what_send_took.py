def send_frame(sock, payload):
    rest = memoryview(struct.pack(">L", len(payload)) + payload)
    while rest:
        rest = rest[sock.send(rest) :]
