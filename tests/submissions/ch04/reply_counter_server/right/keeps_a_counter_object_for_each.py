# right: itertools.count() for each sender, sendmsg() and select()
import itertools
import select
from collections import defaultdict


def reply_counter_server(sock: socket.socket, stop: threading.Event) -> int:
    """Answer every datagram with its number for that sender, a space, and its bytes."""
    numbers = defaultdict(lambda: itertools.count(1))
    answers = 0
    while not stop.is_set():
        if not select.select([sock], [], [], 0.1)[0]:
            continue
        data, _, _, client = sock.recvmsg(65507)
        sock.sendmsg([b"%d " % next(numbers[client]), data], [], 0, client)
        answers += 1
    return answers
