"""What is built on a reader's exercises ends in a sentence, whatever these do."""

import time

import pytest

from netlib import language
from netlib.attempt import built_on


@pytest.fixture(autouse=True)
def in_english() -> None:
    """Whoever imports `autograder.zh` chooses Chinese, for all of a process."""
    language.use("en")


def said(capsys: pytest.CaptureFixture[str], error: BaseException, *exercises: int) -> str:
    """Return what is printed where the exercises raise."""
    with built_on(*exercises):
        raise error
    return capsys.readouterr().out


def test_what_works_is_left_alone(capsys: pytest.CaptureFixture[str]) -> None:
    with built_on(1):
        print("works")
    assert capsys.readouterr().out == "works\n"


@pytest.mark.parametrize(
    ("exercises", "english", "chinese"),
    [
        ((3,), "exercise 3", "习题 3"),
        ((1, 2), "exercises 1 and 2", "习题 1 和 2"),
        ((1, 2, 3), "exercises 1 to 3", "习题 1 到 3"),
        ((1, 2, 4, 5, 6), "exercises 1, 2 and 4 to 6", "习题 1、2 和 4 到 6"),
    ],
)
def test_the_exercises_that_come_first_are_named(
    capsys: pytest.CaptureFixture[str], exercises: tuple[int, ...], english: str, chinese: str
) -> None:
    assert said(capsys, NotImplementedError(), *exercises) == f"Solve {english} first.\n"
    language.use("zh")
    assert said(capsys, NotImplementedError(), *exercises) == f"请先完成{chinese}。\n"


@pytest.mark.parametrize("error", [TypeError("no\nlen"), SystemExit(1), GeneratorExit()])
def test_any_error_is_one_sentence(
    capsys: pytest.CaptureFixture[str], error: BaseException
) -> None:
    text = said(capsys, error, 2)
    assert text.count("\n") == 1
    assert text.startswith(f"Your exercise 2 cannot do this yet ({type(error).__name__}")


def test_an_interrupt_passes() -> None:
    with pytest.raises(KeyboardInterrupt), built_on(1):
        raise KeyboardInterrupt


def test_a_loop_without_an_end_is_ended(capsys: pytest.CaptureFixture[str]) -> None:
    with built_on(1, seconds=0.05):
        while True:
            try:
                time.sleep(0)
            except Exception:
                continue
    assert "still not done after 0.05 s" in capsys.readouterr().out


def test_a_language_that_nobody_speaks_is_refused() -> None:
    with pytest.raises(ValueError, match="expected a language, en or zh; got 'fr'"):
        language.use("fr")
