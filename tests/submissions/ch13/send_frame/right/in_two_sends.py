def send_frame(sock, payload):
    sock.sendall(len(payload).to_bytes(4, "big"))
    sock.sendall(payload)
