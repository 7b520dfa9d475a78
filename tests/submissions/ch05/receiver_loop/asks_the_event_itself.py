# misconception: none
# an Event is true, set or not
def receiver_loop(sock, on_message, stop):
    sock.settimeout(0.1)
    count = 0
    while not stop:
        try:
            data, address = sock.recvfrom(65507)
        except TimeoutError:
            continue
        on_message(data.decode(errors="replace"), address)
        count += 1
    return count
