# misconception: STR-18
def send_frame(sock, payload):
    if payload:
        sock.sendall(struct.pack("!I", len(payload)))
        sock.sendall(payload)
