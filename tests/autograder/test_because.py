"""Which misconception a failure cites: what came gives it away, else what is believed anyway."""

import errno
from collections.abc import Callable
from typing import Any

import pytest

from autograder.learner.source import Source
from autograder.network.run import Run
from autograder.text.because import NOTHING, Because, Proof, cited, such
from autograder.text.observed import Hang, Standing, StudentError
from autograder.text.wording import Text

HANG = Hang(1.4, Standing(("cell 1", 3)))


def seen(id: str | None) -> tuple[Callable[[Any], str | None], list[Any]]:
    """Return evidence that says an id, and the list of what it was asked."""
    asked: list[Any] = []

    def evidence(got: Any) -> str | None:
        asked.append(got)
        return id

    return evidence, asked


def is_empty(got: Any) -> bool:
    return got == b""


# -- signs -----------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("sign", "got", "fits"),
    [
        (int, 7, True),
        (int, True, True),
        (int, 7.0, False),
        (OSError, ConnectionResetError(errno.ECONNRESET, "x"), True),
        (UnicodeError, UnicodeDecodeError("utf-8", b"\xff", 0, 1, "x"), True),
        (StudentError, StudentError("SystemExit", 3), True),
        (ValueError, KeyError(1), False),
        (Hang, HANG, True),
        (TimeoutError, HANG, False),  # a call that hangs has raised nothing
        (Hang, None, False),  # and what returned nothing does not hang
        (type(None), None, True),
        ((UnicodeError, str), "text", True),
        ((UnicodeError, str), UnicodeEncodeError("ascii", "\xff", 0, 1, "x"), True),
        ((UnicodeError, str), b"bytes", False),
        (is_empty, b"", True),
        (is_empty, b"x", False),
        (dict.fromkeys("ab").__contains__, "a", True),
        (lambda got: got and "true enough", [1], True),
    ],
)
def test_a_sign_is_a_type_or_types_or_a_question(sign: Any, got: Any, fits: bool) -> None:
    expected = "UDP-07" if fits else None
    assert cited({sign: "UDP-07"}, got, {}) == expected
    assert cited(None, got, {sign: "UDP-07"}) == expected


def test_the_first_sign_that_fits_counts() -> None:
    table = {is_empty: "UDP-11", bytes: "UDP-06", (bytes, str): "TXT-03"}
    assert cited(table, b"", {}) == "UDP-11"
    assert cited(table, b"x", {}) == "UDP-06"
    assert cited(table, "x", {}) == "TXT-03"
    assert cited(table, 1, {}) is None


def test_no_question_is_asked_behind_a_sign_that_fits() -> None:
    def breaks(got: Any) -> bool:
        raise AssertionError("nobody should ask")

    assert cited({bytes: "UDP-06", breaks: "UDP-11"}, b"", {breaks: "UDP-07"}) == "UDP-06"


# -- no misconception ------------------------------------------------------------------------


def test_a_sign_of_none_shows_that_there_is_no_misconception() -> None:
    """It is the last word: neither the id beside it nor the exercise's mistakes come after it."""
    assert cited(({list: None}, "UDP-05"), [b"x"], {}) is NOTHING
    assert cited(({list: None}, {list: "UDP-07"}, "UDP-05"), [b"x"], {}) is NOTHING
    assert cited({list: None}, [b"x"], {list: "TXT-03"}) is NOTHING
    assert cited("UDP-05", [b"x"], {list: None}) is NOTHING
    assert cited(({list: None}, "UDP-05"), b"x", {}) == "UDP-05"


def test_where_nothing_is_said_nothing_is_cited() -> None:
    for nothing in (None, (), (None,), {}, (None, {}), lambda got: None):
        assert cited(nothing, b"x", {}) is None
        assert cited(nothing, b"x", {bytes: "TXT-03"}) == "TXT-03"


# -- in which order --------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("because", "id"),
    [
        ("UDP-05", "UDP-05"),
        (("UDP-05",), "UDP-05"),
        (("UDP-05", "UDP-06"), "UDP-05"),
        ((None, "UDP-06"), "UDP-06"),
        (({bytes: "UDP-07"}, "UDP-05"), "UDP-07"),
        (("UDP-05", {bytes: "UDP-07"}), "UDP-07"),  # wherever the id stands
        (({str: "UDP-07"}, "UDP-05"), "UDP-05"),
        (({str: "UDP-07"}, {bytes: "UDP-11"}, "UDP-05"), "UDP-11"),
        ((lambda got: "UDP-12", {bytes: "UDP-07"}, "UDP-05"), "UDP-12"),
        (({bytes: "UDP-07"}, lambda got: "UDP-12"), "UDP-07"),
        ((lambda got: None, {bytes: "UDP-07"}), "UDP-07"),
        ((lambda got: None, "UDP-05"), "UDP-05"),
    ],
)
def test_evidence_counts_before_what_is_believed_anyway(because: Because, id: str) -> None:
    assert cited(because, b"x", {}) == id


def test_the_exercises_mistakes_come_after_a_rules_evidence_and_before_its_id() -> None:
    mistakes = {bytes: "TXT-03"}
    assert cited({bytes: "UDP-07"}, b"x", mistakes) == "UDP-07"
    assert cited((lambda got: "UDP-12", "UDP-05"), b"x", mistakes) == "UDP-12"
    assert cited("UDP-05", b"x", mistakes) == "TXT-03"
    assert cited(({str: "UDP-07"}, "UDP-05"), b"x", mistakes) == "TXT-03"
    assert cited("UDP-05", "x", mistakes) == "UDP-05"


# -- what came -------------------------------------------------------------------------------


def test_words_of_ours_match_no_sign() -> None:
    """A Text says what came where no value did; it is a tuple, but none of the learner's."""
    nothing = Text("nothing within 1 s", "1 s 内什么也没有到")
    for sign in (tuple, object, (tuple, str), lambda got: True):
        assert cited(({sign: "UDP-07"}, "UDP-05"), nothing, {sign: "TXT-03"}) == "UDP-05"
        assert cited({sign: "UDP-07"}, nothing, {}) is None


def test_a_function_is_asked_about_whatever_came() -> None:
    for got in (b"x", Text("nothing", "什么也没有"), HANG, KeyError(1), None):
        evidence, asked = seen("UDP-04")
        assert cited((evidence, "UDP-05"), got, {}) == "UDP-04"
        assert asked == [got]


def test_a_call_that_hangs_is_what_came() -> None:
    run = Run(None, Source(), mistakes={Hang: "UDP-04"})  # type: ignore[arg-type]
    evidence, asked = seen(None)
    failed = run.hang(HANG, (evidence, "UDP-05"))
    assert (failed.because, failed.kind) == ("UDP-04", "late")
    assert asked == [HANG]
    assert run.hang(HANG, {Hang: "UDP-16"}).because == "UDP-16"


def test_a_run_knows_the_mistakes_of_its_exercise() -> None:
    run = Run(None, Source(), mistakes={str: "TXT-03"})  # type: ignore[arg-type]
    assert run.cites("UDP-05", "x") == "TXT-03"
    assert run.cites("UDP-05", b"x") == "UDP-05"
    assert Run(None, Source()).cites("UDP-05", "x") == "UDP-05"  # type: ignore[arg-type]


def test_a_sign_may_ask_something_of_one_type_alone() -> None:
    digits = such(bytes, bytes.isdigit)
    assert cited({digits: "STR-10"}, b"12", {}) == "STR-10"
    assert cited({digits: "STR-10"}, b"a", {}) is None
    assert cited({digits: "STR-10"}, "12", {}) is None  # text is not asked, nor would it understand
    assert cited({such((OSError, ValueError), str): "MUX-02"}, ValueError("x"), {}) == "MUX-02"
    assert cited({such(list, len): "STR-24"}, [], {}) is None


# -- known, or only believed -------------------------------------------------------------------


def test_evidence_is_a_proof_and_a_bare_id_a_belief() -> None:
    for because in ({bytes: "UDP-07"}, lambda got: "UDP-07", Proof("UDP-07")):
        assert isinstance(cited(because, b"x", {}), Proof)
    assert isinstance(cited(None, b"x", {bytes: "UDP-07"}), Proof)
    assert not isinstance(cited("UDP-07", b"x", {}), Proof)


def test_what_is_known_is_not_asked_of_the_exercises_mistakes() -> None:
    assert cited(Proof("UDP-07"), b"x", {bytes: "TXT-03"}) == "UDP-07"


@pytest.mark.parametrize("slip", [TypeError("x"), NameError("x"), RecursionError("x")])
def test_a_slip_of_the_pen_fits_no_sign_that_does_not_name_it(slip: Exception) -> None:
    for sign in (Exception, object, (OSError, Exception)):
        assert cited(({sign: "MUX-02"}, "UDP-05"), slip, {}) == "UDP-05"
    assert cited({(str, type(slip)): "TXT-04"}, slip, {}) == "TXT-04"
    assert cited({lambda got: "x" in str(got): "TXT-04"}, slip, {}) == "TXT-04"
