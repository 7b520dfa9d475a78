# misconception: STR-02
def send_frame(sock, payload):
    sock.send(struct.pack("!I", len(payload)))
    sock.send(payload)
