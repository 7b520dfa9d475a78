"""The old notes' generators, greenlets and gevent programs do what chapter 18 says of them."""

import http.server
import threading
from importlib.util import find_spec

import pytest

from netlib.attempt import attempt
from netlib.deadlines import stretched
from netlib.oldnotes import coroutines

DEADLINE_S = stretched(60)
needs_gevent = pytest.mark.skipif(
    find_spec("gevent") is None, reason="gevent is not installed here: `pip install gevent`"
)


def test_the_second_of_two_generators_speaks_first() -> None:
    said: list[str] = []
    coroutines.two_generators(said.append, 3)
    assert "".join(said) == "BABABA"


def _letters(pause: float | None) -> str:
    said: list[str] = []
    coroutines.gevent_tasks(said.append, "abc", 4, pause)
    return "".join(said)


def _greenlets() -> str:
    said: list[str] = []
    coroutines.two_greenlets(said.append, 3)
    return "".join(said)


@needs_gevent
def test_two_greenlets_take_turns_without_yield() -> None:
    assert attempt(_greenlets, seconds=DEADLINE_S).value == "ABABABA"


@needs_gevent
def test_gevent_switches_only_where_a_task_waits() -> None:
    assert attempt(_letters, None, seconds=DEADLINE_S).value == "aaaabbbbcccc"
    assert sorted(attempt(_letters, 0, seconds=DEADLINE_S).value[:3]) == ["a", "b", "c"]


@needs_gevent
def test_who_has_left_stays_in_the_table_of_clients() -> None:
    assert attempt(coroutines.left_in_table, 3, seconds=DEADLINE_S).value == 3


class Page(http.server.BaseHTTPRequestHandler):
    """Has one page, and says nothing on standard error."""

    def do_GET(self) -> None:
        if self.path != "/good":
            return self.send_error(404)
        self.send_response(200)
        self.end_headers()
        self.wfile.write(b"hello")
        return None

    def log_message(self, *_: object) -> None:
        pass


def test_the_downloader_has_one_name_for_every_failure() -> None:
    said: list[str] = []
    with http.server.ThreadingHTTPServer(("127.0.0.1", 0), Page) as server:
        thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
        thread.start()
        site = f"http://127.0.0.1:{server.server_address[1]}"
        urls = [f"{site}/good", f"{site}/bad", "http://127.0.0.1:eighty/"]
        try:
            coroutines.downloader(urls, said.append, "hides")
        finally:
            server.shutdown()
            thread.join()
    assert said[0] == f"5 bytes received from {urls[0]}"
    assert said[1:] == [f"{url} hides" for url in urls[1:]]
