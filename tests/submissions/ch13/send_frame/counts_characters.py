# misconception: UDP-20
def send_frame(sock, payload):
    size = len(payload.decode("utf-8", "replace"))
    sock.sendall(struct.pack("!I", size) + payload)
