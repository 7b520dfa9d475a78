# misconception: STR-10
def send_frame(sock, payload):
    sock.sendall(str(len(payload)).encode() + payload)
