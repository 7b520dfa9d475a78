"""17.5 Room: who hears what, without a socket."""

from random import Random

from autograder.exercise import Rules
from autograder.network import Learner, Object, Steps
from autograder.rules.common import han, word
from autograder.text import Because, Mistakes, Proof, such

__all__ = ["RULES"]
RULES = Rules()

TOLD = ("what is told to whom", "对谁说什么")
NAMES = ("the names", "名字")
REFUSED = "! choose another name"

Told = list[tuple[int, str]]


def _people(rng: Random, count: int) -> list[tuple[int, str]]:
    """Return members and names, neither in order, and a name that needs more than ASCII."""
    numbers = rng.sample(range(2, 90), count)
    if numbers == sorted(numbers):
        numbers.reverse()
    names = [word(rng, 4), han(rng), f"{word(rng, 2)} {word(rng, 3)}", word(rng, 5)][:count]
    if names == sorted(names):
        names.reverse()
    return list(zip(numbers, names, strict=True))


def _says(room: Object, member: int, text: str, want: Told, because: Because = None) -> None:
    room.start("line", member, text).returns(want, TOLD, because)


def _all_join(room: Object, people: list[tuple[int, str]]) -> None:
    for place, (member, name) in enumerate(people):
        before = people[:place]
        there = ", ".join(each for _, each in before) or "nobody"
        told = [(other, f"* {name} joined") for other, _ in before]
        _says(room, member, name, [(member, f"* with you: {there}"), *told])


@RULES.rule(weight=2)
def an_evening(learner: Learner, steps: Steps, rng: Random) -> None:
    """The first line of a member is the name; later lines go to all others, in order of joining.

    成员的第一行是名字；之后的每一行发给其他所有人，按加入的先后。
    """
    room = learner.object("Room")
    room.start("names").returns([], NAMES)
    people = _people(rng, 3)
    _all_join(room, people)
    room.start("names").returns([name for _, name in people], NAMES)
    for member, name in reversed(people):
        text = f"{word(rng, 3)}: {han(rng)}"
        told = [(other, f"{name}: {text}") for other, _ in people if other != member]
        _says(room, member, text, told)
    other = learner.object("Room")
    other.start("names").returns([], NAMES, Proof("CON-10"))


@RULES.rule(weight=2)
def refused_names(learner: Learner, steps: Steps, rng: Random) -> None:
    """An empty or blank name, or one that somebody has, is refused, to that member alone; another
    line is tried as the name then.

    空的、全是空白的、已经有人用的名字都被拒绝，只告诉这个成员；它的下一行再当作名字。
    """
    room = learner.object("Room")
    (ben, bens), (anna, annas), (carl, carls) = _people(rng, 3)
    _all_join(room, [(ben, bens)])
    for bad in ("", "  ", "\t", bens):
        _says(room, anna, bad, [(anna, REFUSED)])
    _says(room, ben, "hi", [])
    _says(room, carl, bens, [(carl, REFUSED)])
    _says(room, carl, carls, [(carl, f"* with you: {bens}"), (ben, f"* {carls} joined")])
    _says(room, ben, "hi", [(carl, f"{bens}: hi")])
    told = [(ben, f"* {annas} joined"), (carl, f"* {annas} joined")]
    _says(room, anna, annas, [(anna, f"* with you: {bens}, {carls}"), *told])
    room.start("names").returns([bens, carls, annas], NAMES)  # nobody joins by a name refused


@RULES.rule(weight=2)
def leaving(learner: Learner, steps: Steps, rng: Random) -> None:
    """Who leaves is missed by all others, and the name is free again.

    有人离开，其余的人都得到通知；这个名字别人又可以用了。
    """
    room = learner.object("Room")
    people = _people(rng, 4)
    _all_join(room, people)
    gone, name = people[1]
    rest = [people[0], *people[2:]]
    room.start("leave", gone).returns([(other, f"* {name} left") for other, _ in rest], TOLD)
    kept: Mistakes = {such(list, lambda got: name in got): Proof("COR-09")}
    room.start("names").returns([each for _, each in rest], NAMES, kept)
    who, speaks = rest[0]
    still: Mistakes = {such(list, lambda got: (gone, f"{speaks}: hi") in got): Proof("COR-09")}
    _says(room, who, "hi", [(other, f"{speaks}: hi") for other, _ in rest[1:]], still)
    there = ", ".join(each for _, each in rest)
    told = [(other, f"* {name} joined") for other, _ in rest]
    taken: Mistakes = {such(list, lambda got: got == [(100, REFUSED)]): Proof("COR-09")}
    _says(room, 100, name, [(100, f"* with you: {there}"), *told], taken)
    rest.append((100, name))
    new = f"{name}2"
    there = ", ".join(each for _, each in rest)
    told = [(other, f"* {new} joined") for other, _ in rest]
    known: Mistakes = {such(list, lambda got: len(got) == len(rest)): Proof("COR-09")}
    _says(room, gone, new, [(gone, f"* with you: {there}"), *told], known)


@RULES.rule(weight=1)
def leaving_unnoticed(learner: Learner, steps: Steps, rng: Random) -> None:
    """Who has no name, is unknown, or has left already leaves without a word.

    没有名字的、不认识的、已经离开过的成员离开，谁也不通知。
    """
    room = learner.object("Room")
    people = _people(rng, 3)
    _all_join(room, people)
    _says(room, 99, "", [(99, REFUSED)])
    room.start("leave", 99).returns([], TOLD)
    room.start("leave", 98).returns([], TOLD)
    gone, name = people[0]
    told = [(other, f"* {name} left") for other, _ in people[1:]]
    room.start("leave", gone).returns(told, TOLD)
    room.start("leave", gone).returns([], TOLD)
    room.start("names").returns([each for _, each in people[1:]], NAMES)


@RULES.rule(weight=1, condition="empty")
def empty_lines(learner: Learner, steps: Steps, rng: Random) -> None:
    """Of who has a name, an empty line is a line.

    有名字的人说的空行也是一行。
    """
    room = learner.object("Room")
    (ben, bens), (anna, annas) = _people(rng, 2)
    _all_join(room, [(ben, bens), (anna, annas)])
    _says(room, ben, "", [(anna, f"{bens}: ")])
    _says(room, anna, " ", [(ben, f"{annas}:  ")])
