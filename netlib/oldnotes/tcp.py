"""The upper-case server of the classroom notes and its client, with their mistakes.

They are written anew: the same calls on sockets, in the same order and with the same numbers.
Do not learn from them. Chapter 11 runs them beside better ones, in `attempt` only: the server
knows no end, and whatever it raises ends it.
"""

import contextlib
import queue
import socket
import threading
import traceback
from collections.abc import Callable, Iterable, Iterator
from typing import NoReturn

__all__ = ["running", "upper_client", "upper_server"]

Address = tuple[str, int]


def upper_server(ip_port: Address, bound: Callable[[Address], object]) -> NoReturn:
    """Answer clients one by one in capitals.

    The notes have a fixed port; here bound(address) is told which one it became.
    """
    server = socket.socket(socket.AF_INET, socket.SOCK_STREAM)
    server.bind(ip_port)
    server.listen(5)
    bound(server.getsockname())
    while True:
        conn, addr = server.accept()
        print("a call from", addr[0])
        while True:
            msg = conn.recv(1024)
            if not msg:
                break
            print("the client says", msg.decode("utf-8"))
            conn.send(msg.upper())
        conn.close()


def upper_client(ip_port: Address, lines: Iterable[str]) -> list[str]:
    """Say lines to the server; return what came back.

    The notes read lines from a keyboard, for ever, and print the answers.
    """
    client = socket.socket(socket.AF_INET, socket.SOCK_STREAM)
    client.connect_ex(ip_port)
    answers = []
    for line in lines:
        msg = line.strip()
        if len(msg) == 0:
            continue
        client.send(msg.encode("utf-8"))
        feedback = client.recv(1024)
        answers.append(feedback.decode("utf-8"))
    client.close()
    return answers


@contextlib.contextmanager
def running() -> Iterator[Address]:
    """Run upper_server on a free port, in a thread that nobody ends; give its address.

    What it raises is printed, and its sockets are closed, as at the end of a program.
    """
    addresses: queue.SimpleQueue[Address] = queue.SimpleQueue()

    def run() -> None:
        try:
            upper_server(("127.0.0.1", 0), addresses.put)
        except Exception:
            traceback.print_exc()

    threading.Thread(target=run, daemon=True).start()
    yield addresses.get()
