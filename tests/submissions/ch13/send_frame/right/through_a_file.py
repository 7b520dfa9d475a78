def send_frame(sock, payload):
    sock.settimeout(None)
    with sock.makefile("wb") as stream:
        stream.write(struct.pack("!I", len(payload)))
        stream.write(payload)
