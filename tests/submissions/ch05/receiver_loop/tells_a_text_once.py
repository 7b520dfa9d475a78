# misconception: UDP-07
def receiver_loop(sock, on_message, stop):
    sock.settimeout(0.1)
    count, last = 0, None
    while not stop.is_set():
        try:
            data, address = sock.recvfrom(65507)
        except TimeoutError:
            continue
        count += 1
        if (data, address) != last:
            on_message(data.decode(errors="replace"), address)
        last = data, address
    return count
