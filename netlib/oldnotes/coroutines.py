"""Generators, greenlets and gevent as in the classroom notes, and their downloader and server.

They are written anew: the same calls in the same order. The notes print, and go on for ever; here
say(…) is told what they print, and loops count. Do not learn from them. Chapter 18 runs them
beside better ones; what imports greenlet or gevent runs in `attempt` only, in a copy of the
notebook's process, since gevent's loop does not survive a fork.
"""

from collections.abc import Callable, Generator, Iterable, Sequence
from typing import Any, NoReturn
from urllib import request

__all__ = [
    "downloader",
    "gevent_server",
    "gevent_tasks",
    "left_in_table",
    "two_generators",
    "two_greenlets",
]

Address = tuple[str, int]
Say = Callable[[str], object]


def two_generators(say: Say, times: int) -> None:
    """Let two speak in turn, so often. The notes sleep half a second after each word."""

    def test_a() -> Generator[None, None, None]:
        while True:
            say("A")
            yield

    def test_b(a: Generator[None, None, None]) -> None:
        for _ in range(times):
            say("B")
            a.__next__()

    generator1 = test_a()
    test_b(generator1)


def two_greenlets(say: Say, times: int) -> None:
    """The same, with nobody who says `yield`."""
    import greenlet  # type: ignore[import-untyped,unused-ignore]

    def test_a() -> None:
        while True:
            say("A")
            gr2.switch()

    def test_b() -> None:
        for _ in range(times):
            say("B")
            gr1.switch()

    gr1 = greenlet.greenlet(test_a)
    gr2 = greenlet.greenlet(test_b)
    gr1.switch()


def gevent_tasks(say: Say, names: Sequence[str], count: int, pause: float | None) -> None:
    """Let tasks say their names so often; pause is what gevent.sleep gets, None: nobody sleeps."""
    import gevent  # type: ignore[import-untyped,unused-ignore]

    def func(name: str) -> None:
        for _ in range(count):
            say(name)
            if pause is not None:
                gevent.sleep(pause)

    for task in [gevent.spawn(func, name) for name in names]:
        task.join()


def downloader(urls: Iterable[str], say: Say, guess: str) -> None:
    """Get pages, one by one; guess is what the notes print where one fails.

    The notes get three at once with gevent, and through proxies where there are some.
    """
    opener = request.build_opener(request.ProxyHandler({}))
    for url in urls:
        try:
            page_source = opener.open(url).read()
            say(f"{len(page_source)} bytes received from {url}")
        except Exception:  # as in the notes, whatever the reason is
            say(f"{url} {guess}")


def gevent_server(
    ip_port: Address, bound: Callable[[Address], object], client_dict: dict[Any, Address]
) -> NoReturn:
    """Answer clients, a task each; client_dict is the notes' table of them.

    The notes have a fixed port; here bound(address) is told which one it became.
    """
    import gevent
    from gevent import socket

    def handle_request(sock: Any) -> None:
        while True:
            recv_data = sock.recv(1024).decode("gbk")
            if not recv_data:
                print(f"{client_dict[sock]} disconnected!")
                sock.close()
                break
            print(f">>{client_dict[sock]}:{recv_data}")
            sock.send((recv_data + " checked").encode("gbk"))

    server_socket = socket.socket()
    server_socket.bind(ip_port)
    server_socket.listen(10)
    bound(server_socket.getsockname())
    while True:
        client_socket, client_info = server_socket.accept()
        client_dict[client_socket] = client_info
        gevent.spawn(handle_request, client_socket)


def left_in_table(clients: int) -> int:
    """Let so many clients come to gevent_server and leave; return how many its table still has."""
    import gevent
    from gevent import event, socket

    address, table = event.AsyncResult(), dict[Any, Address]()
    gevent.spawn(gevent_server, ("127.0.0.1", 0), address.set, table)
    for _ in range(clients):
        with socket.create_connection(address.get()) as client:
            client.send(b"hi")
            client.recv(1024)
            client.shutdown(socket.SHUT_WR)
            client.recv(1024)  # it has hung up, too
    return len(table)
