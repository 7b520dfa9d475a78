# misconception: TXT-06
def send_frame(sock, payload):
    sock.sendall(struct.pack("I", len(payload)) + payload)
