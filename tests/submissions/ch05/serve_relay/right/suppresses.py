# right: suppresses
import contextlib


def serve_relay(sock, relay, stop):
    count = 0
    sock.settimeout(0.05)
    while not stop.is_set():
        with contextlib.suppress(TimeoutError):
            packet = sock.recvfrom(65535)
            count += 1
            for answer in relay.feed(*packet):
                with contextlib.suppress(OSError):
                    sock.sendto(*answer)
    return count
