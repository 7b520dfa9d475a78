# misconception: UDP-16
def receiver_loop(sock, on_message, stop):
    sock.settimeout(0.1)
    count = 0
    while True:
        try:
            data, address = sock.recvfrom(65507)
        except TimeoutError:
            if stop.is_set():
                return count
            continue
        on_message(data.decode(errors="replace"), address)
        count += 1
