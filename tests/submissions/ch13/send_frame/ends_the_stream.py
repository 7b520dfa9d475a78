# misconception: STR-24
def send_frame(sock, payload):
    sock.sendall(struct.pack("!I", len(payload)) + payload)
    sock.shutdown(socket.SHUT_WR)  # so that the other side sees where it ends
