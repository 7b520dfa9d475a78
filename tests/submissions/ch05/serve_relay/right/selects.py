# right: selects
import select


def serve_relay(sock, relay, stop):
    datagrams = 0
    while True:
        ready, _, _ = select.select([sock], [], [], 0.1)
        if stop.is_set():
            return datagrams
        if ready:
            data, address = sock.recvfrom(1 << 16)
            datagrams += 1
            for answer, to in list(relay.feed(data, address)):
                try:
                    sock.sendto(answer, to)
                except OSError as error:
                    print("not sent:", error)
