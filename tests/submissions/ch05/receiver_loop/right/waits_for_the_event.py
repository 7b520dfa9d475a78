# right: waits for the event
def receiver_loop(sock, on_message, stop):
    count = 0
    sock.setblocking(False)
    while not stop.wait(0.02):
        while not stop.is_set():
            try:
                data, address = sock.recvfrom(65536)
            except BlockingIOError:
                break
            count += 1
            on_message(data.decode("utf-8", "replace"), address)
    sock.setblocking(True)
    return count
