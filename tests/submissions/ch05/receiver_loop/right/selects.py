# right: selects
import select


def receiver_loop(sock, on_message, stop):
    count = 0
    while not stop.is_set():
        if select.select([sock], [], [], 0.05)[0]:
            data, address = sock.recvfrom(1 << 16)
            on_message(str(data, "utf-8", "replace"), address)
            count += 1
    return count
