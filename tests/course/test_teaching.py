"""A chapter teaches as docs/authors.md says: headings ask or name, and what is shown answers."""

import ast
import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

from autograder.authoring.source import LANGUAGES, Cell, Source, read

ROOT = Path(__file__).resolve().parents[2]
CHAPTERS = {source.chapter: source for source in map(read, sorted(ROOT.glob("solutions/ch*.py")))}

# A prediction, a word that its heading and its answer share, and why that gives nothing away.
SHARED = {
    ("ch00/stop", "stop"): "in the answer it is the name of the event",
    ("ch06/tid", "answer"): "the heading asks who; the answer is a port",
    ("ch05/bar", "1"): "the number of an exercise",
    ("ch05/boss", "screen"): "the heading asks what it obeys; the answer says who drew",
    ("ch05/boss", "屏幕"): "the same",
    ("ch05/closed", "等待"): "the heading says which thread is meant",
    ("ch05/deaf", "end"): "the heading asks what should, the answer says what did",
    ("ch05/deaf", "thread"): "the same",
    ("ch05/deaf", "线程"): "the same",
    ("ch05/deaf", "结束"): "the same",
    ("ch05/deaf", "程结"): "the same",
    ("ch05/listen", "addres"): "the question is about two of them",
    ("ch05/listen", "地址"): "the same",
    ("ch06/beside", "比较"): "the heading compares two programs, the answer two numbers",
}

_WORD = re.compile(r"[a-z][a-z'-]+|\d[\d,.:]*\d|\d|[\u4e00-\u9fff]+")
_PLAIN = re.compile(  # words of any sentence
    "a|after|all|also|an|and|another|any|are|as|at|be|before|but|by|can|come|do|does|done|each|else|"
    "for|from|get|gets|give|go|goes|had|has|have|here|how|if|in|into|is|it|its|let|make|many|may|"
    "more|most|much|no|not|of|off|on|once|one|only|or|other|our|out|over|says|so|some|still|that|"
    "the|their|them|then|there|they|this|those|to|too|up|us|use|was|we|were|what|when|where|which|"
    "who|whom|whose|why|will|with|would|you|your"
)
_PARTICLES = re.compile(
    "什么|怎么|怎样|为什么|哪里|哪个|哪些|哪|多少|几个|几|谁|一个|一条|两个|这个|这些|那个|"
    "[的了吗呢吧着过是在会能要可不没有和与或也都还就才被把从到向给让对很再来去上下里个条你我它这那]"
)


@dataclass(frozen=True)
class Asked:
    """A prediction with the heading that it stands under and the cell that answers it."""

    id: str
    heading: str
    question: str
    answer: str


def asked(source: Source, language: str) -> Iterator[Asked]:
    """Yield the predictions of a chapter, each as its reader meets it."""
    heading = ""
    for at, cell in enumerate(source.cells):
        text = cell.text(language)
        if cell.role == "prose" and (found := re.findall(r"(?m)^#+ +(.+)$", text)):
            heading = found[-1]
        if cell.role == "predict":
            id = f"{source.chapter}/{cell.id.removeprefix('predict-')}"
            yield Asked(id, heading, question(text), answer(source.cells[at + 1 :], id, language))


def question(text: str) -> str:
    """Return what a predict cell asks."""
    call = ast.parse(text).body[0].value  # type: ignore[attr-defined]
    return " ".join(map(ast.literal_eval, call.args[1:]))


def answer(cells: tuple[Cell, ...], id: str, language: str) -> str:
    """Return the first sentence below the demonstration that shows what happened."""
    texts = iter(cells)
    next(cell for cell in texts if cell.role == "demo" and f'outcome("{id}"' in cell.source)
    prose = next(cell.text(language) for cell in texts if cell.role == "prose")
    lines = [line for line in prose.splitlines() if not line.startswith("#")]
    paragraph = " ".join(lines).strip()
    return re.split(r"(?<=[.!?])[*_]*\s|(?<=[。！？])", paragraph)[0]


def words(text: str) -> set[str]:
    """Return the numbers and the words of a sentence that say something; Chinese in pairs."""
    found: set[str] = set()
    for word in _WORD.findall(_PARTICLES.sub(" ", text.lower())):
        if word[0] >= "\u4e00":
            found |= {word[n : n + 2] for n in range(len(word) - 1)}
        elif not _PLAIN.fullmatch(word):
            found.add(re.sub(r"(?<=\w{3})(?:s|es|ed|ing)$", "", word))
    return found


def given_away(each: Asked) -> set[str]:
    """Return what a heading says of the answer and the question does not."""
    shared = words(each.heading) & words(each.answer) - words(each.question)
    return {word for word in shared if (each.id, word) not in SHARED}


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("chapter", CHAPTERS)
def test_a_heading_does_not_answer_the_prediction_below_it(chapter: str, language: str) -> None:
    told = {
        f"{each.id}: “{each.heading}” says {given_away(each)} of “{each.answer}”"
        for each in asked(CHAPTERS[chapter], language)
        if given_away(each)
    }
    assert not told, "\n".join(told)


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("chapter", CHAPTERS)
def test_the_answer_begins_with_its_claim_in_bold(chapter: str, language: str) -> None:
    pale = [
        f"{each.id}: {each.answer}"
        for each in asked(CHAPTERS[chapter], language)
        if not each.answer.startswith("**")
    ]
    assert not pale, "\n".join(pale)


@pytest.mark.parametrize("id", sorted({id for id, _ in SHARED}))
def test_an_exception_is_still_one(id: str) -> None:
    source = CHAPTERS[id.partition("/")[0]]
    found = [each for language in LANGUAGES for each in asked(source, language) if each.id == id]
    shared = [words(each.heading) & words(each.answer) for each in found]
    assert {word for other, word in SHARED if other == id} <= set().union(*shared)


@pytest.mark.parametrize(
    ("heading", "said", "told"),
    [
        ("65,507 bytes, not 64 KB", "The largest has 65,507 bytes.", {"65,507", "byt"}),
        ("A datagram keeps its edges", "**One read keeps its edges.**", {"keep", "edg"}),
        ("What is a datagram?", "**One call reads one of them.**", set()),
        ("多出来的字节被丢掉了", "**多余的字节被丢掉**。", {"字节", "丢掉"}),
        ("会收到几个响应？", "**两个，都是对第二个问题的**。", set()),
    ],
)
def test_what_a_heading_tells_is_seen(heading: str, said: str, told: set[str]) -> None:
    assert given_away(Asked("ch99/toy", heading, "What will come?", said)) == told


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_example_for_authors_is_what_the_chapter_has(language: str) -> None:
    guide = (ROOT / "docs" / "authors.md").read_text(encoding="utf-8")
    page = guide[guide.index("## How a chapter teaches") :].partition("\n## ")[0]
    source = (ROOT / "solutions" / "ch00_start.py").read_text(encoding="utf-8")
    (example,) = re.findall(r"```python\n(# %% .*?)\n```", page, re.DOTALL)
    cells = [f"# %% {cell.strip()}" for cell in example.split("# %% ") if cell]
    shown = [cell for cell in cells if f'lang="{language}"' in cell or "lang=" not in cell]
    assert shown
    for cell in shown:
        assert cell in source
