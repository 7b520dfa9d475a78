# right: counts a list
def receiver_loop(sock, on_message, stop):
    came = []
    sock.settimeout(0.2)
    try:
        while not stop.is_set():
            try:
                came.append(sock.recvfrom(70000))
            except socket.timeout:
                pass
            else:
                data, address = came[-1]
                on_message(data.decode("utf8", errors="replace"), address)
    finally:
        sock.settimeout(None)
    return len(came)
