"""Which cell of a learner's notebook is which cell of the release, and what the guest loads.

A cell is found by its id, else by its grade id, else by its text, else by the name that it
defines. Practice and grading both ask here, so that both build the same namespace. Nothing
here parses Python: the text is the learner's and this runs where grades are made.
"""

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace

from autograder.guest.loading import LoadCell
from autograder.notebooks.chapter import Cell, Chapter, chapter
from autograder.rules import MovedExercise, moved
from autograder.text.wording import Text, called

__all__ = [
    "LANGUAGES",
    "LoadCell",
    "Placement",
    "Seen",
    "Slot",
    "defined",
    "loadable",
    "place",
    "same_text",
]

LANGUAGES = ("en", "zh")

# A line that starts at the margin and binds a name. Possessive, so that no line can make
# the search slower than its length.
_DEFINITION = re.compile(
    r"^(?:(?:async[ \t]++)?def[ \t]++(\w++)|class[ \t]++(\w++)|(\w++)[ \t]*+(?::[^=\n]++)?=(?!=))",
    re.MULTILINE,
)


@dataclass(frozen=True, slots=True)
class Seen:
    """One cell as the learner has it: at most one entry a cell, with its last text.

    Attributes:
        id: the cell's id, or None where it is not known.
        kind: code, markdown or raw.
        label: what messages call the cell when it is not the release's; "cell 7" if empty.
    """

    id: str | None
    source: str
    kind: str = "code"
    label: str = ""
    grade_id: str | None = None


@dataclass(frozen=True, slots=True)
class Slot:
    """One cell of the release and what the learner has for it.

    Attributes:
        seen: the learner's cell, or None if it is missing.
        before: cells that the learner added in front of it.
        spare: further copies of the cell, which do not count.
    """

    cell: Cell
    seen: Seen | None
    before: tuple[Seen, ...] = ()
    spare: tuple[Seen, ...] = ()


@dataclass(frozen=True, slots=True)
class Placement:
    """A learner's notebook laid on the release, in the order of the release.

    Attributes:
        last: cells that the learner added behind the release's last one.
        notes: a sentence for each thing that is not as it was released.
    """

    slots: tuple[Slot, ...]
    last: tuple[Seen, ...]
    notes: tuple[Text, ...]


def loadable(cells: Iterable[Seen], release: Chapter) -> tuple[LoadCell, ...]:
    """Return what the guest loads: given setup cells, solutions, and added definitions.

    A stub that was left as released is passed over where another cell defines its name.
    """
    placement = place(cells, release)
    own = {name for cell in _own(placement) for name in defined(cell.source)}
    return tuple(_load_cells(placement, own))


def place(cells: Iterable[Seen], release: Chapter) -> Placement:
    """Find each cell of the release among cells; never raises for what the cells hold."""
    seen = [
        cell if cell.label else replace(cell, label=f"cell {number}")
        for number, cell in enumerate(cells, 1)
    ]
    seen, put_back = _put_back(seen, release)
    where = _by_id(seen, release)
    where |= _by_text(seen, release, where)
    chosen: dict[int, int] = {}
    notes = put_back
    for index, cell in enumerate(release.cells):
        candidates = [number for number, target in where.items() if target == index]
        best = _best(seen, cell, candidates)
        if cell.role == "solution" and (best is None or _as_released(seen[best], cell)):
            named = _by_name(seen, cell, where)
            if named is not None:
                where[named] = index
                best = named
        if best is not None:
            chosen[index] = best
        if seen:  # of no cells at all, the reader has said why
            notes.extend(_remarks(seen, cell, best, candidates))
    notes.extend(_gone(seen, release))
    return _laid_out(seen, release, where, chosen, notes)


def same_text(one: str, other: str) -> bool:
    """Tell whether two cells say the same, apart from blank space at line ends and around."""
    return _plain(one) == _plain(other)


def _plain(source: str) -> str:
    return "\n".join(line.rstrip() for line in source.strip().splitlines())


def defined(source: str) -> set[str]:
    """Return the names that a cell binds at its margin, without parsing it."""
    return {name for names in _DEFINITION.findall(source) for name in names if name}


def _as_released(seen: Seen, cell: Cell) -> bool:
    return same_text(seen.source, cell.source)


def _put_back(seen: list[Seen], release: Chapter) -> tuple[list[Seen], list[Text]]:
    """Take an answer for code that a key pressed by accident has made markdown or raw.

    Only by its own id and the name that it defines: prose stays prose.
    """
    names = {cell.id: defined(cell.source) for cell in release.cells if cell.role == "solution"}
    notes: list[Text] = []
    for number, cell in enumerate(seen):
        id = cell.id if cell.id in names else cell.grade_id
        if cell.kind != "code" and id in names and names[id] & defined(cell.source):
            seen[number] = replace(cell, kind="code")
            kind = cell.kind
            notes.append(
                Text(
                    f"The solution cell {id} had become {kind}: it was read as code.",
                    f"答案单元格 {id} 被改成了 {kind} 类型：按代码读取。",
                )
            )
    return seen, notes


def _by_id(seen: Sequence[Seen], release: Chapter) -> dict[int, int]:
    """Map places in seen to places in the release by id, then by grade id."""
    places = {cell.id: index for index, cell in enumerate(release.cells)}
    kinds = {cell.id: _kind(cell) for cell in release.cells}
    where: dict[int, int] = {}
    for number, cell in enumerate(seen):
        if cell.id is not None and kinds.get(cell.id) == cell.kind:
            where[number] = places[cell.id]
    taken = set(where.values())
    for number, cell in enumerate(seen):
        # A pasted copy brings its original's grade id along: where the original is there,
        # the copy is a cell that the learner added.
        if number in where or cell.grade_id is None or kinds.get(cell.grade_id) != cell.kind:
            continue
        if places[cell.grade_id] not in taken:
            where[number] = places[cell.grade_id]
    return where


def _by_text(seen: Sequence[Seen], release: Chapter, where: Mapping[int, int]) -> dict[int, int]:
    """Map places in seen to the release's code cells that say just that, in any language."""
    places = {cell.id: i for i, cell in enumerate(release.cells) if _kind(cell) == "code"}
    texts: dict[str, int] = {}
    for version in _versions(release):
        for cell in version.cells:
            if cell.id in places and cell.source.strip():
                texts.setdefault(_plain(cell.source), places[cell.id])
    return {
        number: texts[_plain(cell.source)]
        for number, cell in enumerate(seen)
        if number not in where and cell.kind == "code" and _plain(cell.source) in texts
    }


def _versions(release: Chapter) -> Iterator[Chapter]:
    yield release
    for language in LANGUAGES:
        try:
            if language != release.language:
                yield chapter(release.name, language)
        except LookupError:
            continue  # not built in that language


def _by_name(seen: Sequence[Seen], cell: Cell, where: Mapping[int, int]) -> int | None:
    """Return the last cell that belongs nowhere else and defines a name of the stub."""
    names = defined(cell.source)
    return max(
        (
            number
            for number, other in enumerate(seen)
            if number not in where and other.kind == "code" and names & defined(other.source)
        ),
        default=None,
    )


def _best(seen: Sequence[Seen], cell: Cell, candidates: Sequence[int]) -> int | None:
    """Return the last candidate that defines the name, and a bare stub only for want of it."""
    names = defined(cell.source)

    def worth(number: int) -> tuple[bool, bool, int]:
        other = seen[number]
        return bool(names & defined(other.source)), not _as_released(other, cell), number

    return max(candidates, key=worth, default=None)


def _kind(cell: Cell) -> str:
    return "markdown" if cell.role == "prose" else "code"


_ROLES = {"solution": "答案", "setup": "准备", "check": "检查"}


def _remarks(
    seen: Sequence[Seen], cell: Cell, best: int | None, candidates: Sequence[int]
) -> Iterator[Text]:
    def remark(english: str, chinese: str) -> Text:
        counts = called(seen[best].label) if best is not None else Text("", "")
        return Text(
            f"The {cell.role} cell {cell.id} {english.format(counts.en)}.",
            f"{_ROLES[cell.role]}单元格 {cell.id} {chinese.format(counts.zh)}。",
        )

    if cell.role == "solution":
        if best is None:
            yield remark("is missing", "不见了")
        elif best not in candidates:
            yield remark("is empty or missing: {} counts", "是空的或不见了：以{}为准")
        elif sum(_vies(seen[number], cell, seen[best]) for number in candidates) > 1:
            yield remark("is there several times: {} counts", "有好几份：以{}为准")
    elif (
        cell.role in ("setup", "check") and best is not None and not _as_released(seen[best], cell)
    ):
        yield remark("was changed: the released text is used", "被改动过：按发布时的内容使用")


def _gone(seen: Sequence[Seen], release: Chapter) -> Iterator[Text]:
    """Say of each exercise that a notebook of before checks where it is now."""
    for old, new in moved(release.name).items():
        if any(f'check("{old}")' in cell.source for cell in seen):
            yield MovedExercise(old, new).said


def _vies(other: Seen, cell: Cell, chosen: Seen) -> bool:
    """Tell whether it is an answer of its own, not a stub or the rest of the chosen one."""
    return not (_as_released(other, cell) or _adds(other, cell, chosen))


def _laid_out(
    seen: Sequence[Seen],
    release: Chapter,
    where: Mapping[int, int],
    chosen: Mapping[int, int],
    notes: Sequence[Text],
) -> Placement:
    before: dict[int, tuple[Seen, ...]] = {}
    spare: dict[int, tuple[Seen, ...]] = {}
    waiting: list[tuple[int, Seen]] = []

    def put(index: int) -> None:
        """Put the cells that the learner added in front of the cell that they precede."""
        for number, cell in waiting:
            place = min(index, *_answers_below(number, cell, release, chosen), len(release.cells))
            before[place] = (*before.get(place, ()), cell)
        waiting.clear()

    for number, cell in enumerate(seen):
        index = where.get(number)
        if index is None:
            waiting.append((number, cell))
        elif chosen[index] == number:
            put(index)
        elif _counts_as_added(cell, release.cells[index], seen[chosen[index]]):
            waiting.append((number, cell))
        else:
            spare[index] = (*spare.get(index, ()), cell)
    put(len(release.cells))
    slots = tuple(
        Slot(
            cell,
            seen[chosen[index]] if index in chosen else None,
            before.get(index, ()),
            spare.get(index, ()),
        )
        for index, cell in enumerate(release.cells)
    )
    return Placement(slots, before.get(len(release.cells), ()), tuple(notes))


def _answers_below(
    number: int, cell: Seen, release: Chapter, chosen: Mapping[int, int]
) -> Iterator[int]:
    """Yield the places of answers that stand below a cell and define a name that it defines, too:
    it was an earlier try, and loaded behind them it would win."""
    names = defined(cell.source)
    for index, answer in chosen.items():
        stub = release.cells[index]
        if answer > number and stub.role == "solution" and names & defined(stub.source):
            yield index


def _counts_as_added(loser: Seen, cell: Cell, chosen: Seen) -> bool:
    """Another copy of a solution may hold what the one that counts needs, or the rest of it.

    Editors that keep the id when they copy a cell leave the halves of a split cell so.
    """
    if cell.role != "solution" or _as_released(loser, cell):
        return False
    return loser.id != cell.id or _adds(loser, cell, chosen)


def _adds(other: Seen, cell: Cell, chosen: Seen) -> bool:
    return bool(defined(cell.source) & defined(other.source) - defined(chosen.source))


def _load_cells(placement: Placement, own: set[str]) -> Iterator[LoadCell]:
    for slot in placement.slots:
        yield from _added(slot.before)
        cell, seen = slot.cell, slot.seen
        if cell.role == "setup":
            yield LoadCell(cell.id, cell.source, whole=True)
        elif cell.role == "solution" and seen is not None and seen.source.strip():
            names = defined(cell.source)
            if not (_as_released(seen, cell) and names and names <= own):
                yield LoadCell(cell.id, seen.source, whole=True)
    yield from _added(placement.last)


def _added(cells: Iterable[Seen]) -> Iterator[LoadCell]:
    for cell in cells:
        if cell.kind == "code" and cell.source.strip():
            yield LoadCell(cell.label, cell.source, whole=False)


def _own(placement: Placement) -> Iterator[Seen]:
    """Yield the code cells that the learner wrote, bare stubs not among them."""
    for slot in placement.slots:
        yield from (cell for cell in slot.before if cell.kind == "code")
        if slot.cell.role == "solution" and slot.seen and not _as_released(slot.seen, slot.cell):
            yield slot.seen
    yield from (cell for cell in placement.last if cell.kind == "code")
