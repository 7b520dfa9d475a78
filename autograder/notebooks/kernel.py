"""The notebook around a check: which cells the kernel has run, with what text.

Cells are known by the ids that JupyterLab sends. Programs that run notebooks without sending
them (nbclient, nbval) leave ids out; such cells are told apart by their text.
"""

import ast
import dis
import time
from dataclasses import dataclass, replace
from typing import Any

from autograder.exercise import Exercise
from autograder.guest.loading import LoadCell, as_python
from autograder.notebooks.chapter import Chapter, chapter
from autograder.notebooks.placing import Seen, defined, loadable, place, same_text
from autograder.notebooks.saved import Saved
from autograder.text.wording import Text, called

__all__ = ["Answer", "Kernel"]


@dataclass(frozen=True, slots=True)
class Answer:
    """The cells that are judged for one exercise.

    Attributes:
        runs: the numbers that In [ ] shows beside them.
        text: all that they hold.
        edited: whether one was edited and not run, as far as that is known.
    """

    runs: tuple[int, ...]
    text: str
    edited: bool


class Kernel:
    """The running kernel, and every cell that it has run since autograder was imported."""

    _current: "Kernel | None" = None

    def __init__(self, shell: Any) -> None:
        self._shell = shell
        # Of cells that ran before us history keeps the text alone, and no id but the last one's.
        self._seen: dict[str, Seen] = {}
        self._when: dict[str, float] = {}  # it ran, by the clock of the files
        self._saved = Saved.of_this_session()
        ran = shell.history_manager.input_hist_raw
        for number, source in enumerate(ran):
            if source:
                last = number == len(ran) - 1
                self._add(_running_cell(shell) if last else None, source, number)
        shell.events.register("pre_run_cell", self._before)

    @classmethod
    def current(cls) -> "Kernel | None":
        """Return the kernel that this runs in, None outside a notebook."""
        if cls._current is None:
            try:
                from IPython.core.getipython import get_ipython
            except ImportError:
                return None
            shell = get_ipython()
            if shell is None:
                return None
            cls._current = cls(shell)
        return cls._current

    @property
    def watched(self) -> bool:
        """Whether somebody sits in front of the notebook.

        The request to run the cell says so: a front end lets the kernel ask questions, and what
        executes notebooks (nbclient, and so Validate; nbval) has nobody to answer them.
        """
        return bool(_request(self._shell).get("content", {}).get("allow_stdin"))

    def cells(self, exercise: Exercise) -> tuple[LoadCell, ...]:
        """Return what a guest loads for an exercise: the same cells as in grading."""
        release = chapter(exercise.id.partition("/")[0])
        return loadable(self._cells(release), release)

    def answer(self, exercise: Exercise) -> Answer:
        """Return what is judged for an exercise."""
        release = chapter(exercise.id.partition("/")[0])
        slots = place(self._cells(release), release).slots
        cells = [slot.seen for slot in slots if slot.cell.exercise == exercise.id and slot.seen]
        answers = [cell for cell in cells if defined(cell.source) & {*exercise.names}]
        return Answer(
            tuple(int(number) for cell in answers if (number := _number(cell)).isdecimal()),
            "\n".join(cell.source for cell in answers),
            any(self._edited(cell) for cell in answers),
        )

    def _cells(self, release: Chapter) -> list[Seen]:
        cells = [_recognised(cell, release) for cell in self._seen.values()]
        return _without_undone(cells, release)

    def _edited(self, cell: Seen) -> bool:
        """Tell whether the notebook was saved after the cell had run, with another text in it."""
        if cell.id not in self._when or self._saved is None:
            return False
        text = self._saved.text(cell.id, since=self._when[cell.id])
        return text is not None and not same_text(text, cell.source)

    def names(self, exercise: Exercise) -> dict[str, Text]:
        """Return the names that the notebook has, and why one may be missing in grading."""
        release = chapter(exercise.id.partition("/")[0])
        roles = {cell.id: cell.role for cell in release.cells}
        reasons = dict.fromkeys(self._shell.user_ns, _DEFINITIONS)
        for seen in self._seen.values():
            role = roles.get(_recognised(seen, release).id or "")
            for name in _made(seen.source) & reasons.keys():
                reasons[name] = _reason(called(seen.label), role)
        return reasons

    def _before(self, info: Any) -> None:
        if info.cell_id is not None:
            self._forget_older(info.raw_cell)
            self._when[info.cell_id] = time.time()
        # Not execution_count: some versions of IPython have already counted this cell.
        number = len(self._shell.history_manager.input_hist_raw)
        self._add(info.cell_id, info.raw_cell, number)

    def _forget_older(self, source: str) -> None:
        """Forget what this cell held when it ran before us."""
        for key, cell in list(self._seen.items()):
            if cell.id is None and _kept(cell.source, source) >= _ALIKE:
                del self._seen[key]

    def _add(self, id: str | None, source: str, number: int) -> None:
        key = id or source
        self._seen.pop(key, None)  # a cell that runs again runs last
        self._seen[key] = Seen(id, source, label=f"cell [{number}]")


def _number(cell: Seen) -> str:
    return cell.label.removeprefix("cell [").removesuffix("]")


def _without_undone(cells: list[Seen], release: Chapter) -> list[Seen]:
    """Leave out answers behind which the cell was run as it had been released: what the kernel
    has of them is undone. Cells with ids say themselves what they hold now."""
    for stub in (known for known in release.cells if known.role == "solution"):
        names = defined(stub.source)
        of_it = [number for number, cell in enumerate(cells) if names & defined(cell.source)]
        if of_it and same_text(cells[of_it[-1]].source, stub.source):
            undone = {number for number in of_it[:-1] if cells[number].id is None}
            cells = [cell for number, cell in enumerate(cells) if number not in undone]
    return cells


_DEFINITIONS = Text(
    "only imports, functions, classes and assignments of your own cells are",
    "评分只取你自己单元格里的 import、函数、类和赋值",
)


def _reason(cell: Text, role: str | None) -> Text:
    """Return why a name that such a cell makes may be missing in grading."""
    if role == "setup":
        return Text(
            f"{cell.en} is given, and what you add to it does not count there",
            f"{cell.zh} 是给定的，你加在里面的内容评分时不算数",
        )
    if role not in (None, "solution"):
        return Text(f"{cell.en} does not run there", f"{cell.zh} 评分时不运行")
    return Text(f"{_DEFINITIONS.en} ({cell.en})", f"{_DEFINITIONS.zh}（{cell.zh}）")


def _made(source: str) -> set[str]:
    """Return the names that a cell makes, in blocks as well."""
    try:
        code = compile(as_python(source), "cell", "exec", ast.PyCF_ALLOW_TOP_LEVEL_AWAIT, True)
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        return set()
    return {each.argval for each in dis.get_instructions(code) if each.opname == "STORE_NAME"}


_ALIKE = 0.5  # of the lines: then one text was made from the other


def _recognised(cell: Seen, release: Chapter) -> Seen:
    """Give a cell without an id that of the released cell which the learner made it from:
    whoever grades knows it by its id, and by its changes it would pass for an added cell."""
    stubs = [known for known in release.cells if known.role == "solution"]
    if any(defined(cell.source) & defined(stub.source) for stub in stubs):
        return cell  # a solution may well be made from a demonstration
    given = [known for known in release.cells if known.role not in ("prose", "solution")]
    best = max(given, key=lambda known: _kept(known.source, cell.source), default=None)
    if cell.id is not None or best is None or _kept(best.source, cell.source) < _ALIKE:
        return cell
    return replace(cell, id=best.id)


def _kept(before: str, now: str) -> float:
    """Return the share of the lines of a text that are still there."""
    lines = [line.strip() for line in before.splitlines() if line.strip()]
    there = {line.strip() for line in now.splitlines()}
    return sum(line in there for line in lines) / len(lines) if lines else 0.0


def _running_cell(shell: Any) -> str | None:
    """Return the id of the cell that runs, where the kernel was told."""
    id = _request(shell).get("metadata", {}).get("cellId")
    return id if isinstance(id, str) else None


def _request(shell: Any) -> dict[str, Any]:
    """Return the message that asked for the cell that runs; an empty one in a terminal."""
    return getattr(shell, "get_parent", dict)() or {}
