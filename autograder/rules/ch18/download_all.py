"""18.6 download_all: at most so many at once, each with its own time, each error by its name."""

import re
from random import Random
from typing import Any

from autograder.clock import CLOCK
from autograder.deadlines import LEFT_S, WIRE_S, stretched
from autograder.exercise import Rules
from autograder.network import Learner, Reply, Steps, Stream
from autograder.rules.common import han, word
from autograder.text import Because, Failed, Hang, Text, such

__all__ = ["RULES"]
RULES = Rules()

SERVER = ("server", "服务器")
LONG_S = 30.0  # a time limit that no download reaches by itself
BRIEF_S = stretched(0.4)  # one that is reached: answers come in a small part of it
OK = b"HTTP/1.0 200 OK\r\n\r\n"
SIZES = ("the size of each", "每个的字节数")


class _Site:
    """A web server of ours, and a call of download_all that asks it."""

    def __init__(self, learner: Learner, steps: Steps) -> None:
        self._learner, self._steps = learner, steps
        self._listener = steps.tcp.listener(SERVER, backlog=64)
        self._urls: dict[str, str] = {}
        self.reply: Reply | None = None

    def url(self, path: str, port: Any = None) -> str:
        """Return the url of a path here, or at another port."""
        made = f"http://127.0.0.1:{self._listener.address[1] if port is None else port}/{path}"
        self._urls[made] = path
        return made

    def asked_for(self, urls: list[str], limit: int, timeout: float) -> None:
        """Begin a call."""
        paths = ", ".join(self._urls[url] for url in urls)
        said = f"download_all([{paths}], {limit}, {timeout:g})"
        self.reply = self._learner.start_as(said, "download_all", urls, limit, timeout)

    def next(self, because: Because = None) -> tuple[str, Stream]:
        """Return the path of the next request, and its connection."""
        assert self.reply is not None
        because = (self._unawaited, because)
        with self._steps.untold():
            stream = self._listener.accept(because)
            try:
                line = stream.read_line(("a request", "请求"))
                while stream.read_line(("the rest of the request", "请求的其余部分")).strip():
                    pass
            except Failed:
                if self.reply.wait(LEFT_S):  # it has ended, and with it all downloads
                    self.reply.value(because)
                raise
        path = line.split()[1].decode()[1:]
        self._steps.tell(Text.of(SERVER), f"is asked for {path}", f"收到请求：{path}")
        return path, stream

    def _unawaited(self, _: Any) -> str | None:
        """Where no request comes: fetch is called, and what that returns is measured."""
        called = re.search(r"\blen\(\s*fetch\(", self._steps.source.of(["download_all"]))
        return "COR-20" if called else None

    def is_asked(self) -> bool:
        """Wait for the next request; False if the call ends before, or none comes."""
        assert self.reply is not None
        end = CLOCK.limit(WIRE_S)
        while not self._listener.somebody_waits():
            if self.reply.ended or CLOCK.passed(end):
                return False
            self._steps.listen(_soon())
        return True

    def one_too_many(self) -> bool:
        """Tell whether another connection is there, once the call waits."""
        assert self.reply is not None
        self.reply.rests()
        return self._listener.somebody_waits()

    def timed_out(self, because: Because) -> set[Any]:
        """Return the paths that the call says have timed out."""
        assert self.reply is not None
        got = self.reply.value(because)
        got = got if isinstance(got, dict) else {}
        return {self._urls.get(url, "") for url, size in got.items() if size == "TimeoutError"}

    def sizes(self, want: dict[str, int | str], because: Because = None) -> None:
        """Fail unless the call returns that, by path, in that order."""
        assert self.reply is not None
        got = self.reply.value(because)
        if isinstance(got, dict):
            got = {self._urls.get(url, url): size for url, size in got.items()}
        self._steps.expect(SIZES, got=got, want=want, because=because)
        first = such(list, lambda order: sorted(order) == sorted(want))
        what = ("the order of the dict", "字典的顺序")
        self._steps.expect(what, got=list(got), want=list(want), because={first: "COR-11"})


def answer(stream: Stream, body: bytes, head: bytes = OK) -> None:
    """Send an answer, and end."""
    stream.send(head + body)
    stream.finish()


def _paths(rng: Random, count: int) -> list[str]:
    letters = rng.sample("abcdefghijklmnop", count)
    return [f"{letter}{word(rng, 1)}" for letter in letters]


def _one_at_a_time(_: Any) -> str:
    return "COR-12"  # one is under way, and no other begins


@RULES.rule(weight=2)
def no_more_than_the_limit(learner: Learner, steps: Steps, rng: Random) -> None:
    """As many are under way as limit allows, and no more; as one ends, the next begins.

    同时进行的下载正好达到 limit 个，不会更多；一个结束，下一个马上开始。
    """
    site, paths = _Site(learner, steps), _paths(rng, 7)
    site.asked_for([site.url(path) for path in paths], 3, LONG_S)
    held = [site.next(), *(site.next(_one_at_a_time) for _ in range(2))]
    for left in range(len(paths) - 3, 0, -1):
        if left == len(paths) - 3 and site.one_too_many():
            site.next()
            steps.fail(
                ("downloads at the same time", "同时进行的下载"),
                got=4,
                want=3,
                because=lambda _: "COR-18",
            )
        _, stream = held.pop(0)
        answer(stream, b"ok")
        held.append(site.next())
        if site.one_too_many():
            site.next()
            what = ("new downloads after one has ended", "一个结束之后新开始的下载")
            steps.fail(what, got=2, want=1)
    for _, stream in held:
        answer(stream, b"ok")
    site.sizes(dict.fromkeys(paths, 2))


@RULES.rule(weight=1)
def sizes_in_order(learner: Learner, steps: Steps, rng: Random) -> None:
    """The size is that of the body in bytes, and the dict is in the order of urls.

    值是正文的字节数；字典按 urls 的顺序。
    """
    site, paths = _Site(learner, steps), _paths(rng, 4)
    bodies = [b"", b"!", rng.randbytes(70_000), han(rng, 3).encode()]
    site.asked_for([site.url(path) for path in paths], 4, LONG_S)
    requests = [site.next() for _ in paths]
    requests.sort(key=lambda each: -paths.index(each[0]))
    with steps.untold():
        for path, stream in requests:
            answer(stream, bodies[paths.index(path)])
            steps.listen(_soon())
    steps.tell(Text.of(SERVER), "answers the last first", "先响应最后一个")
    site.sizes({path: len(body) for path, body in zip(paths, bodies, strict=True)})


def _soon() -> Any:
    return CLOCK.after(0.02)


def _is_lost(got: Any) -> str | None:
    names = {"HTTPError", "ConnectionResetError", "ConnectionRefusedError", "ValueError", "OSError"}
    called = getattr(got, "called", type(got).__name__)
    raised = isinstance(got, Exception) and (called in names or isinstance(got, OSError))
    return "COR-16" if raised else None


@RULES.rule(weight=2, condition="refused")
def errors_by_name(learner: Learner, steps: Steps, rng: Random) -> None:
    """Each failure is told by the name of its exception, and changes nothing for the others.

    每个失败都报出异常的类名，不影响其他下载。
    """
    for limit in (6, 1):
        steps.anew()
        site, paths = _Site(learner, steps), _paths(rng, 6)
        nobody = steps.tcp.listener("nobody")
        nobody.close()
        missing, cut, dead, odd, good, last = paths
        urls = [site.url(missing), site.url(cut), site.url(dead, nobody.address[1])]
        site.asked_for(
            [*urls, site.url(odd, "eighty"), site.url(good), site.url(last)], limit, LONG_S
        )
        want: dict[str, int | str] = {
            missing: "HTTPError",
            cut: "ConnectionResetError",
            dead: "ConnectionRefusedError",
            odd: "ValueError",
            good: 2,
            last: 2,
        }
        for _ in (missing, cut, good, last):
            path, stream = site.next(_is_lost)
            if path == cut:
                stream.reset()
            elif path == missing:
                answer(stream, b"no such page", b"HTTP/1.0 404 Not Found\r\n\r\n")
            else:
                answer(stream, b"ok")
        site.sizes(want, _is_lost)


def _hangs(got: Any) -> str | None:
    return "COR-08" if isinstance(got, Hang) else None


@RULES.rule(weight=1, condition="silence")
def who_says_nothing_is_left(learner: Learner, steps: Steps, rng: Random) -> None:
    """A download that gets no answer ends after timeout seconds, and the others have their sizes.

    得不到响应的下载在 timeout 秒之后结束，其他下载照常得到字节数。
    """
    site, paths = _Site(learner, steps), _paths(rng, 3)
    site.asked_for([site.url(path) for path in paths], 3, BRIEF_S)
    for _ in paths:
        path, stream = site.next()
        if path != paths[0]:
            answer(stream, b"ok")
    raised = such(TimeoutError, lambda got: True)
    site.sizes({paths[0]: "TimeoutError", paths[1]: 2, paths[2]: 2}, (_hangs, {raised: "COR-16"}))


@RULES.rule(weight=1, condition="silence")
def its_own_time(learner: Learner, steps: Steps, rng: Random) -> None:
    """The time of a download begins when it begins, not while it waits for its turn.

    时限从下载开始时算起，排队等候的时间不算。
    """
    site, paths = _Site(learner, steps), _paths(rng, 3)
    site.asked_for([site.url(path) for path in paths], 1, BRIEF_S)
    site.next()
    with steps.untold():  # what comes of those whose time is up differs from run to run
        for _ in paths[1:]:
            if site.is_asked():
                answer(site.next()[1], b"ok")
        early = site.timed_out(_hangs)
    if early - {paths[0]}:
        steps.fail(
            ("those that wait for their turn", "排队等候的下载"),
            got=Text("TimeoutError", "TimeoutError"),
            want=Text("their own time, from their beginning", "时限从各自开始时算起"),
            because=lambda _: "COR-17",
        )
    site.sizes({paths[0]: "TimeoutError", paths[1]: 2, paths[2]: 2})
