# misconception: UDP-16
def receiver_loop(sock, on_message, stop):
    count = 0
    while not stop.is_set():
        data, address = sock.recvfrom(65507)
        on_message(data.decode(errors="replace"), address)
        count += 1
    return count
