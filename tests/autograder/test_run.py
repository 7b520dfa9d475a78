"""The story of one run: what is told, what is told once, and what is not told at all."""

from dataclasses import dataclass, field
from typing import Any

import pytest

from autograder.learner.source import Source
from autograder.network.run import Run
from autograder.text.story import YOU, Did, Failed, Happened, Kind, Sent
from autograder.text.wording import Text

ANNA = Text("anna", "安娜")


@dataclass
class Call:
    """A call under way, as far as a run knows it."""

    ended: bool = False
    asked: bool = False
    results: list[Any] = field(default_factory=list)

    def result(self, within: float = 0, because: Any = None) -> Any:
        return self.results.pop()


@pytest.fixture
def run() -> Run:
    """A run without a process: nothing here waits for one."""
    return Run(None, Source())  # type: ignore[arg-type]


def told(run: Run) -> list[str]:
    """Return the story, a word for each row."""
    return [did.data.decode() if isinstance(did, Sent) else did.what.en for did in run.story]


def tell(run: Run, *words: str) -> None:
    for word in words:
        run.tell(YOU, word, f"“{word}”")


# -- what is told ----------------------------------------------------------------------------


def test_what_happens_is_told_in_its_order() -> None:
    run = Run(None, Source(), protocol="tftp")  # type: ignore[arg-type]
    run.tell(YOU, "f()", "f()")
    run.crossed(YOU, ANNA, b"a")
    run.crossed(ANNA, YOU, b"b", "late")
    assert run.story == (
        Happened(YOU, Text("f()", "f()")),
        Sent(YOU, ANNA, b"a", "delivered", "tftp"),
        Sent(ANNA, YOU, b"b", "late", "tftp"),
    )


def test_the_story_is_only_to_be_read(run: Run) -> None:
    assert run.story == ()
    tell(run, "one")
    before = run.story
    tell(run, "two")
    assert type(before) is tuple
    assert before == run.story[:1]
    with pytest.raises(AttributeError):
        run.story = ()  # type: ignore[misc]


def test_what_is_forgotten_was_never_told(run: Run) -> None:
    tell(run, "FIN", "stays", "FIN")
    run.crossed(ANNA, YOU, b"FIN")
    fin: Did = Happened(YOU, Text("FIN", "“FIN”"))
    run.forget(fin, Happened(YOU, Text("RST", "“RST”")))
    assert told(run) == ["stays", "FIN"]


# -- anew ------------------------------------------------------------------------------------


def test_of_rounds_that_passed_the_number_is_told(run: Run) -> None:
    for word in ("one", "two", "three"):
        run.anew()
        tell(run, f"begins {word}", f"ends {word}")
    assert told(run) == ["2 rounds like this before", "begins three", "ends three"]


def test_what_is_kept_stays_whatever_begins_anew(run: Run) -> None:
    tell(run, "serve(sock, stop)")
    run.keep_told()
    for word in ("one", "two"):
        run.anew()
        tell(run, word)
    run.anew()
    assert told(run) == ["serve(sock, stop)", "2 rounds like this before"]


def test_the_story_contains_that_there_were_rounds_before(run: Run) -> None:
    """The same process has seen them, and what fails now may come of that."""
    tell(run, "serve(sock, stop)")
    run.keep_told()
    run.anew()  # nothing has happened yet
    tell(run, "one")
    assert told(run) == ["serve(sock, stop)", "one"]
    run.anew()
    tell(run, "two")
    assert told(run) == ["serve(sock, stop)", "a round like this before", "two"]
    assert run.story[1] == before("a round", 1)
    run.anew()
    tell(run, "three")
    assert told(run) == ["serve(sock, stop)", "2 rounds like this before", "three"]
    assert run.story[1] == before("2 rounds", 2)


def test_a_round_in_which_nothing_happened_is_none(run: Run) -> None:
    run.watch(Call())
    tell(run, "one")
    for _ in range(3):
        run.anew()
        assert told(run) == ["a round like this before"]


def before(english: str, number: int) -> Did:
    return Happened(
        YOU, Text(f"{english} like this before", f"此前同样的步骤已经顺利走过 {number} 轮")
    )


# -- untold ----------------------------------------------------------------------------------


def test_what_happens_untold_is_not_told(run: Run) -> None:
    tell(run, "before")
    with run.untold():
        tell(run, "one")
        run.crossed(ANNA, YOU, b"two")
    tell(run, "after")
    assert told(run) == ["before", "after"]


def fails(run: Run) -> None:
    run.fail("it", got=1, want=2)


def test_of_what_fails_untold_the_last_event_is_told(run: Run) -> None:
    tell(run, "before")
    with pytest.raises(Failed), run.untold():
        run.crossed(ANNA, YOU, b"one")
        tell(run, "two", "raised KeyError")
        fails(run)
    assert told(run) == ["before", "raised KeyError"]


def test_a_message_is_no_event_with_which_a_rule_fails(run: Run) -> None:
    tell(run, "before")
    with pytest.raises(Failed), run.untold():
        tell(run, "one")
        run.crossed(ANNA, YOU, b"two")
        fails(run)
    assert told(run) == ["before"]


@pytest.mark.parametrize("before", [[], ["before"]])
def test_what_fails_untold_without_an_event_adds_nothing(run: Run, before: list[str]) -> None:
    tell(run, *before)
    with pytest.raises(Failed), run.untold():
        fails(run)
    assert told(run) == before


# -- fold ------------------------------------------------------------------------------------


def test_what_was_told_again_and_again_is_told_once_and_how_it_went_on(run: Run) -> None:
    tell(run, "same", "other", "same", "same", "same")
    run.fold(ANNA, "again every 20 ms", "每 20 ms 再发一次")
    assert told(run) == ["same", "other", "same", "again every 20 ms"]
    assert run.story[-1] == Happened(ANNA, Text("again every 20 ms", "每 20 ms 再发一次"))


def test_rows_are_the_same_in_everything_or_not_at_all(run: Run) -> None:
    run.crossed(ANNA, YOU, b"a")
    run.crossed(ANNA, YOU, b"a", "duplicate")
    run.fold(ANNA, "and so on", "如此继续")
    assert told(run) == ["a", "a", "and so on"]
    empty = Run(None, Source())  # type: ignore[arg-type]
    empty.fold(ANNA, "and so on", "如此继续")
    assert told(empty) == ["and so on"]


# -- failing ---------------------------------------------------------------------------------


def failed(run: Run, **said: Any) -> Failed:
    with pytest.raises(Failed) as caught:
        run.fail(("the answer", "响应"), **said)
    return caught.value


def test_a_failure_says_what_was_due_what_came_and_where_they_part(run: Run) -> None:
    failure = failed(run, got=b"abX", want=b"abc", because="UDP-05")
    assert failure.expected == Text('the answer: 3 bytes: "abc"', '响应：3 个字节："abc"')
    assert failure.got == Text('3 bytes: "abX"', '3 个字节："abX"')
    assert failure.under == Text(" " * 12 + "^", " " * 13 + "^")
    assert (failure.because, failure.kind, failure.remark) == ("UDP-05", Kind.FAILED, None)


def test_addresses_and_words_of_ours_are_called_by_their_names(run: Run) -> None:
    run.naming.call(("192.0.2.1", 4000), ANNA)
    nothing = Text("nothing", "什么也没有")
    failure = failed(run, got=nothing, want=(b"", ("192.0.2.1", 4000)), late=True)
    assert failure.expected == Text(
        "the answer: (0 bytes, anna's address)", "响应：(0 个字节, 安娜的地址)"
    )
    assert (failure.got, failure.kind, failure.because) == (nothing, Kind.LATE, None)


def test_only_what_differs_in_type_or_value_fails(run: Run) -> None:
    run.expect("it", got=[1, b"x"], want=[1, b"x"])
    for got in ([True, b"x"], [1, bytearray(b"x")], (1, b"x")):
        with pytest.raises(Failed):
            run.expect("it", got=got, want=[1, b"x"])


def test_a_call_that_has_ended_is_told_to_who_waits_for_something_else(run: Run) -> None:
    asked, under_way, ended = Call(ended=True, asked=True), Call(), Call(ended=True)
    for call in (asked, under_way):
        run.watch(call)
    assert run.ended() is None
    run.watch(ended)
    assert run.ended() is ended
