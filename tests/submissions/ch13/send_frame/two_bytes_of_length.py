# misconception: TXT-06
def send_frame(sock, payload):
    sock.sendall(b"\0\0" + struct.pack("!H", len(payload)) + payload)
