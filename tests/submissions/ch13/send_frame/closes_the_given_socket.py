# misconception: STR-43
def send_frame(sock, payload):
    with sock:
        sock.sendall(struct.pack("!I", len(payload)) + payload)
