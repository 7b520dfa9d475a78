# misconception: STR-10
def send_frame(sock, payload):
    sock.sendall(f"{len(payload):04}".encode() + payload)
