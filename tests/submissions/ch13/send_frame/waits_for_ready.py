# misconception: STR-11
def send_frame(sock, payload):
    sock.sendall(struct.pack("!I", len(payload)))
    if sock.recv(1024) == b"ready":
        sock.sendall(payload)
