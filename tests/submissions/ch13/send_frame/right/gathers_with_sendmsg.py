def send_frame(sock, payload):
    head = struct.pack("!I", len(payload))
    sent = sock.sendmsg([head, payload])
    sock.sendall((head + payload)[sent:])
