"""State machines of the learner's, fed by rules, and objects of ours that their code uses."""

import random
from collections.abc import Callable, Iterator
from typing import Any

import pytest

from autograder.exercise import Exercise, Outcome, Rules
from autograder.guest.loading import LoadCell
from autograder.judging.fork import fork
from autograder.judging.run_rules import run_rule
from autograder.learner.program import Program
from autograder.network import Learner, Steps
from autograder.report.text import outcome_text
from autograder.text.wording import Text

ACK = "pair = b'\\0\\4\\0\\1', address"
SERVER, WELL_KNOWN, OTHER = ("192.0.2.1", 40001), ("192.0.2.1", 69), ("192.0.2.2", 40001)
Body = Callable[[Learner, Steps], None]


@pytest.fixture
def judged() -> Iterator[Callable[[str, str, Body], Outcome]]:
    """Return a function that runs one rule on one cell."""
    made: list[Program] = []

    def judge(source: str, name: str, body: Body) -> Outcome:
        rules = Rules()

        @rules.rule(misconception="UDP-04")
        def whole(learner: Learner, steps: Steps, rng: random.Random) -> None:
            """It holds.

            成立。
            """
            steps.party(("server", "服务器"), SERVER)
            steps.party(("server", "服务器"), WELL_KNOWN)
            body(learner, steps)

        made.append(Program([LoadCell("cell 1", source, True)], fork))
        return run_rule(exercise(rules, name), rules[0], made[-1], random.Random(1))

    yield judge
    for cells in made:
        cells.close()


def exercise(rules: Rules, name: str = "M") -> Exercise:
    return Exercise("tst/x", 1, (name,), rules, protocol="tftp")


def machine(feed: str) -> str:
    return f"""
from typing import NamedTuple
class Reply(NamedTuple):
    packet: bytes
    address: tuple
class M:
    def __init__(self, request, server, expected=1):
        self.request, self.server, self.done, self.data = request, server, False, b""
    def start(self): return [(self.request, self.server)]
    def on_timeout(self): return []
    def feed(self, packet, address):
        {feed}
"""


def fed(learner: Learner, steps: Steps) -> None:
    it = learner.machine("M", b"\0\1a\0octet\0", WELL_KNOWN)
    it.start(want=[(b"\0\1a\0octet\0", WELL_KNOWN)])
    it.feed(b"\0\3\0\1x", SERVER, want=[(b"\0\4\0\1", SERVER)])
    it.has(done=False, data=b"")
    it.on_timeout(want=[])


@pytest.mark.parametrize(
    "feed",
    [
        f"{ACK}; return [pair]",
        "return [Reply(b'\\0\\4\\0\\1', address)]",
        "print('noise'); return [(b'\\0\\4\\0\\1', (address[0], address[1]))]",
    ],
)
def test_a_right_machine_passes_and_its_packets_are_told(
    judged: Callable[[str, str, Body], Outcome], feed: str
) -> None:
    outcome = judged(machine(feed), "M", fed)
    assert (outcome.kind, outcome.got) == ("passed", None)
    crossed = [event for event in outcome.story if hasattr(event, "data")]
    assert [(each.sender.en, each.receiver.en) for each in crossed] == [
        ("you", "server"),
        ("server", "you"),
        ("you", "server"),
    ]


@pytest.mark.parametrize(
    ("feed", "expected", "got"),
    [
        ("return []", "ACK 1 to server", "nothing to send"),
        ("return [(b'\\0\\4\\0\\2', address)]", "ACK 1 to server", "ACK 2 to server"),
        ("return [(b'\\0\\4\\0\\1', ('192.0.2.9', 1))]", "ACK 1 to server", "somebody else"),
        ("return [(b'\\0\\4\\0\\1', address)] * 2", "ACK 1 to server", "ACK 1 to server, ACK 1"),
        ("return None", "a list of pairs", "None"),
        ("return ((b'\\0\\4\\0\\1', address),)", "a list of pairs", "("),
        ("return [b'\\0\\4\\0\\1']", "a list of pairs", "["),
        ("return [(bytearray(b'\\0\\4\\0\\1'), address)]", "a list of pairs", "["),
        ("return [(b'\\0\\4\\0\\1', list(address))]", "a list of pairs", "["),
        ("return [(b'\\0\\4\\0\\1', (address[0], True))]", "a list of pairs", "["),
        ("return iter([(b'\\0\\4\\0\\1', address)])", "a list of pairs", "list_iterator"),
        ("return [(object(), address)]", "a list of pairs", "["),
        ("raise ValueError('no')", "a return", "ValueError: no"),
        ("del self.data; return [(b'\\0\\4\\0\\1', address)]", "None", "AttributeError"),
        ("self.data = 5; return [(b'\\0\\4\\0\\1', address)]", "data: 0 bytes", "5"),
        ("import os; os._exit(0)", "a value", "ended the whole process"),
    ],
)
def test_a_wrong_machine_fails_by_what_it_does(
    judged: Callable[[str, str, Body], Outcome], feed: str, expected: str, got: str
) -> None:
    outcome = judged(machine(feed), "M", fed)
    assert outcome.kind in ("failed", "gone"), outcome
    assert expected in str(outcome.expected and outcome.expected.en)
    assert got in str(outcome.got and outcome.got.en)
    for language in ("en", "zh"):
        text = outcome_text(outcome, exercise(Rules([outcome.rule])), language)
        assert "Text(" not in text
        assert len(text.splitlines()) <= 16


def test_a_failure_shows_the_packets_by_their_names(
    judged: Callable[[str, str, Body], Outcome],
) -> None:
    outcome = judged(machine("return [(b'\\0\\4\\0\\2', address)]"), "M", fed)
    text = outcome_text(outcome, exercise(Rules([outcome.rule])))
    assert "DATA 1, 1 B" in text and "ACK 2" in text and 'RRQ "a" octet' in text


def test_what_is_no_object_is_no_machine(judged: Callable[[str, str, Body], Outcome]) -> None:
    outcome = judged("def M(*args): return 3", "M", fed)
    assert outcome.kind == "failed"
    assert outcome.got == Text.of("AttributeError: 'int' object has no attribute 'start'")


def test_a_machine_may_be_a_dataclass(judged: Callable[[str, str, Body], Outcome]) -> None:
    source = machine(f"{ACK}; return [pair]").replace(
        "class M:", "from dataclasses import dataclass\n@dataclass\nclass M:"
    )
    assert judged(source, "M", fed).kind == "passed"


def test_another_port_of_the_same_party_is_told_apart(
    judged: Callable[[str, str, Body], Outcome],
) -> None:
    outcome = judged(machine("return [(b'\\0\\4\\0\\1', self.server)]"), "M", fed)
    assert outcome.expected and outcome.expected.en.endswith("ACK 1 to server")
    assert outcome.got and outcome.got.en == "ACK 1 to another port of server"


def spoken(learner: Learner, steps: Steps, protocol: str, *to: tuple[str, int]) -> None:
    steps.protocol = protocol
    steps.party("anna", ("192.0.2.7", 1)), steps.party("ben", ("192.0.2.8", 1))
    it = learner.machine("M", b"", SERVER)
    it.feed(b"hi", SERVER, want=[("你好 ".encode(), address) for address in to])


def test_a_text_is_told_as_text_and_by_its_first_difference(
    judged: Callable[[str, str, Body], Outcome],
) -> None:
    cell = machine("return [('你好'.encode(), ('192.0.2.7', 1))]")
    outcome = judged(cell, "M", lambda *it: spoken(*it, "text", ("192.0.2.7", 1)))
    assert outcome.expected == Text("what feed returns: '你好 '", "feed 的返回值：'你好 '")
    assert outcome.got == Text.of("'你好'")
    assert outcome.remark and outcome.remark.en.endswith(
        "at character 2 (from 0): yours ends there"
    )


def test_bytes_of_no_protocol_are_told_by_their_first_difference(
    judged: Callable[[str, str, Body], Outcome],
) -> None:
    cell = machine("return [('你好'.encode(), ('192.0.2.7', 1))]")
    outcome = judged(cell, "M", lambda *it: spoken(*it, "", ("192.0.2.7", 1)))
    assert outcome.remark and outcome.remark.en.endswith("at byte 6 (from 0): yours ends there")


def test_one_packet_to_several_is_told_once(judged: Callable[[str, str, Body], Outcome]) -> None:
    anna, ben = ("192.0.2.7", 1), ("192.0.2.8", 1)
    cell = machine(f"return [('你好 '.encode(), a) for a in ({ben}, {anna})]")
    outcome = judged(cell, "M", lambda *it: spoken(*it, "text", anna, ben))
    assert outcome.expected and outcome.expected.en.endswith(': "你好 " to anna, ben')
    assert outcome.got == Text('"你好 " to ben, anna', '向 ben、anna 发 "你好 "')


# -- objects of ours -----------------------------------------------------------------------------


class Counter:
    """Counts down; tells what it was given."""

    def __init__(self) -> None:
        self.left, self.fed, self.error = 2, [], None  # type: ignore[var-annotated]

    @property
    def done(self) -> bool:
        return self.left == 0

    progress = 0

    def start(self) -> list[Any]:
        return [(b"x", SERVER)]

    def feed(self, packet: Any, address: Any) -> list[Any]:
        self.left -= 1
        self.fed.append((packet, address))
        return []


def used(code: str, judged: Callable[[str, str, Body], Outcome]) -> tuple[Outcome, Counter]:
    counter = Counter()

    def body(learner: Learner, steps: Steps) -> None:
        puppet = steps.puppet(counter, methods=("start", "feed"), attributes=("done", "error"))
        steps.expect("it", got=learner.call("use", puppet), want=True)

    lines = "\n    ".join(code.split("; "))
    return judged(f"def use(machine):\n    {lines}", "use", body), counter


def test_the_learners_code_uses_an_object_that_stays_here(
    judged: Callable[[str, str, Body], Outcome],
) -> None:
    code = (
        "(packet, address), = machine.start(); machine.feed(packet, address); "
        "machine.feed(b'y', address); return machine.done and machine.error is None"
    )
    outcome, counter = used(code, judged)
    assert outcome.kind == "passed", outcome
    assert counter.fed == [(b"x", SERVER), (b"y", SERVER)]
    assert "use(machine)" in outcome.story[0].what.en  # type: ignore[union-attr]


@pytest.mark.parametrize(
    "code",
    [
        "return machine.left == 2",  # not for them
        "return machine.__dict__ is not None",
        "machine.done = True; return True",
        "machine.start(1, 2, 3); return True",
        "machine.feed(); return True",
        "machine._ask('left'); return True",
        "machine._ask('__init__', []); return True",
        "machine._ask(['done']); return True",
        "machine._ask('feed', machine); return True",
        "machine._ask(); return True",
    ],
)
def test_nothing_else_of_it_is_within_reach(
    code: str, judged: Callable[[str, str, Body], Outcome]
) -> None:
    outcome, counter = used(code, judged)
    assert outcome.kind in ("failed", "gone"), outcome
    assert (counter.left, counter.fed) == (2, [])


TEAPOT = """
class Teapot:
    def __init__(self, cups): self.cups = {"green": cups}
    @property
    def heat(self): raise ValueError("cold")
    @property
    def gone(self): __import__("os")._exit(1)
"""


def test_an_object_of_theirs_is_made_and_its_attributes_are_read(
    judged: Callable[[str, str, Body], Outcome],
) -> None:
    def body(learner: Learner, steps: Steps) -> None:
        pot = learner.made("Teapot", 3)
        steps.expect("cups", got=learner.attribute(pot, "cups"), want={"green": 3})

    assert judged(TEAPOT, "Teapot", body).kind == "passed"


@pytest.mark.parametrize(
    ("name", "kind", "got"),
    [
        ("heat", "failed", "ValueError: cold"),
        ("lid", "failed", "AttributeError"),
        ("gone", "gone", "ended the whole process"),
    ],
)
def test_an_attribute_that_cannot_be_read_is_their_failure(
    judged: Callable[[str, str, Body], Outcome], name: str, kind: str, got: str
) -> None:
    def body(learner: Learner, steps: Steps) -> None:
        learner.attribute(learner.made("Teapot", 3), name)

    outcome = judged(TEAPOT, "Teapot", body)
    assert outcome.kind == kind
    assert got in str(outcome.got and outcome.got.en)


def test_what_is_no_class_makes_nothing(judged: Callable[[str, str, Body], Outcome]) -> None:
    def body(learner: Learner, steps: Steps) -> None:
        learner.made("Teapot", 3)

    outcome = judged("def Teapot(cups): raise TypeError('no pot')", "Teapot", body)
    assert outcome.kind == "failed"
    assert "TypeError: no pot" in str(outcome.got and outcome.got.en)
