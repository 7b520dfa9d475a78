# misconception: TXT-03
# It greets everybody in small letters, as if what came were words.
from collections import Counter


def reply_counter_server(sock: socket.socket, stop: threading.Event) -> int:
    """Answer every datagram with its number for that sender, a space, and its bytes."""
    seen: Counter = Counter()
    sock.settimeout(0.2)
    while not stop.is_set():
        try:
            data, (host, port) = sock.recvfrom(65000)
        except socket.timeout:
            continue
        seen[host, port] += 1
        sock.sendto(b" ".join((str(seen[host, port]).encode("ascii"), data.lower())), (host, port))
    return seen.total()
