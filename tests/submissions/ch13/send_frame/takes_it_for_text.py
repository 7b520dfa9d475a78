# misconception: TXT-03
def send_frame(sock, payload):
    payload = payload.decode().encode()
    sock.sendall(struct.pack("!I", len(payload)) + payload)
