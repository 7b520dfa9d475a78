# misconception: none
def receiver_loop(sock, on_message, stop):
    sock.settimeout(0.1)
    count = 0
    while not stop.is_set():
        try:
            data, address = sock.recvfrom(65507)
        except TimeoutError:
            continue
        on_message(data.decode(errors="replace"), address[0])
        count += 1
    return count
