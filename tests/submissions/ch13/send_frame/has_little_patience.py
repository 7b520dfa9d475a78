# misconception: STR-38
def send_frame(sock, payload):
    sock.settimeout(0.01)
    sock.sendall(struct.pack("!I", len(payload)) + payload)
