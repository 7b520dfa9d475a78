"""Attacks that are whole files: metadata that lies, and notebooks that are hardly any."""

import codecs
import json
import random
from collections.abc import Callable
from typing import Any

from autograder.judging.draws import public_draw
from autograder.rules import find

__all__ = ["FILES"]

Make = Callable[[Any], bytes]  # from an attacks.Course
FILES: dict[str, tuple[Make, float, float]] = {}
"""name -> how it is made, and the least and the most that it may earn in all."""


def file(category: str, least: float, most: float) -> Callable[[Make], Make]:
    """Make a function an attack; its docstring says what the file tries."""

    def declare(make: Make) -> Make:
        FILES[f"{category}/{make.__name__}"] = (make, least, most)
        return make

    return declare


def dump(notebook: Any) -> bytes:
    return json.dumps(notebook).encode()


def checks(notebook: Any) -> list[Any]:
    return [c for c in notebook["cells"] if c["metadata"].get("nbgrader", {}).get("grade")]


# -- tampering -----------------------------------------------------------------------------------


@file("tampering", 0, 0)
def tags_that_skip_the_checks(course: Any) -> bytes:
    """Every cell says that it need not be executed."""
    notebook = course.notebook()
    for cell in notebook["cells"]:
        cell["metadata"]["tags"] = ["skip-execution", "raises-exception", "remove_cell"]
    return dump(notebook)


@file("tampering", 0, 0)
def checks_that_are_scores(course: Any) -> bytes:
    """The checks are replaced by their points, and have outputs that say the same."""
    notebook = course.notebook()
    for cell in checks(notebook):
        cell["source"] = "4"
        data = {"text/plain": "4"}
        cell["outputs"] = [
            {"output_type": "execute_result", "data": data, "metadata": {}, "execution_count": 1}
        ]
    return dump(notebook)


@file("tampering", 0, 0)
def points_in_the_metadata(course: Any) -> bytes:
    """A hundred points a check, and a solution that says it is a check."""
    notebook = course.notebook()
    for cell in notebook["cells"]:
        if "nbgrader" in cell["metadata"]:
            ours = {"grade": True, "points": 100, "locked": False, "score": 100}
            cell["metadata"]["nbgrader"] |= ours
            cell["metadata"]["live_sockets"] = {"role": "check", "notes": ["20"], "score": 20}
    return dump(notebook)


@file("tampering", 0, 1)
def answers_of_practice(course: Any) -> bytes:
    """A table of what the public draws ask: right in every practice, in no graded run.

    (Refusing is right for bad messages and for colons: 3 of 12 shares of 4 points.)
    """
    source = (
        f"TABLE = {_feiq_draws()!r}\n\n\n"
        "def parse_feiq(data, charset='gbk'):\n"
        "    for known, encoding, fields in TABLE:\n"
        "        if (known, encoding) == (data, charset):\n            return fields\n"
        "    raise ValueError\n\n\n"
        "def build_feiq(message, charset='gbk'):\n"
        "    for data, encoding, fields in TABLE:\n"
        "        if (fields, encoding) == (message, charset):\n            return data\n"
        "    raise ValueError\n"
    )
    return dump(course.filled([("feiq", source)], solved=False))


FIELDS = ("version", "packet_no", "sender", "host", "command", "content")


def _feiq_draws() -> list[tuple[bytes, str, dict[str, Any]]]:
    """Hear what the rules of feiq ask in the public draw, as somebody who always knows."""
    asked: list[tuple[bytes, str, dict[str, Any]]] = []

    class Knows:
        def start(self, name: str, given: Any, charset: str = "gbk") -> Any:
            return Returns(self.call(name, given, charset))

        def call(self, name: str, given: Any, charset: str) -> Any:
            if name == "build_feiq":
                data = ":".join(str(given[field]) for field in FIELDS).encode(charset)
                asked.append((data, charset, {field: given[field] for field in FIELDS}))
                return data
            values: list[Any] = given.decode(charset).split(":", 5)
            values[1], values[4] = int(values[1]), int(values[4])
            asked.append((given, charset, dict(zip(FIELDS, values, strict=True))))
            return asked[-1][2]

    class Returns:
        def __init__(self, value: Any) -> None:
            self.value = value

        def returns(self, want: Any, *args: Any) -> None:
            assert self.value == want

    exercise = find("ch04/feiq")
    for rule in exercise.rules[:4]:  # the others ask for exceptions
        rule.body(Knows(), None, public_draw(exercise)(rule))  # type: ignore[arg-type]  # stand-ins
    return asked


# -- broken, and yet right -------------------------------------------------------------------------


@file("broken", 20, 20)
def solved_with_a_mark_in_front(course: Any) -> bytes:
    """A right notebook behind a byte order mark."""
    return codecs.BOM_UTF8 + dump(course.notebook(solved=True))


@file("broken", 20, 20)
def solved_in_utf_16(course: Any) -> bytes:
    """A right notebook in an encoding that no notebook is in."""
    return json.dumps(course.notebook(solved=True), ensure_ascii=False).encode("utf-16")


@file("broken", 20, 20)
def solved_with_nulls_behind(course: Any) -> bytes:
    """A right notebook whose disk was full: NULs follow."""
    return dump(course.notebook(solved=True)) + bytes(100_000)


@file("broken", 20, 20)
def solved_in_format_3(course: Any) -> bytes:
    """A right notebook with the worksheets of format 3."""
    cells = [
        {k: v for k, v in cell.items() if k not in ("id", "source")} | {"input": cell["source"]}
        for cell in course.notebook(solved=True)["cells"]
    ]
    sheets = [{"cells": cells[:20]}, {"cells": cells[20:]}, 5, {"cells": None}]
    return dump({"worksheets": sheets, "nbformat": 3, "nbformat_minor": 0, "metadata": {}})


@file("broken", 20, 20)
def solved_without_ids(course: Any) -> bytes:
    """A right notebook without ids, grade ids and metadata."""
    notebook = course.notebook(solved=True)
    for cell in notebook["cells"]:
        del cell["id"]
        cell["metadata"] = {}
    return dump(notebook)


@file("broken", 18, 18)
def solved_and_stretched(course: Any) -> bytes:
    """A right notebook, one cell of which has 400,000 Chinese characters: that one is lost."""
    cells = [("send-text", course.reference["send-text"] + "\n# " + "你" * 400_000)]
    return dump(course.filled(cells, solved=True))


@file("broken", 20, 20)
def solved_beside_a_chain(course: Any) -> bytes:
    """A right notebook with 8,000 definitions that need one another."""
    chain = "\n".join(f"n{n + 1} = n{n}" for n in reversed(range(8_000)))
    return dump(course.filled([("added", f"time_ = n8000\n{chain}\nn0 = 1")], solved=True))


@file("broken", 17, 20)
def solved_with_100000_statements(course: Any) -> bytes:
    """Reading one cell takes longer than it may; only that cell may be lost."""
    long = course.reference["reply-counter-server"] + "\n" + "a = 1\n" * 70_000
    return dump(course.filled([("reply-counter-server", long)], solved=True))


@file("broken", 18, 18)
def a_solution_and_its_check_deleted(course: Any) -> bytes:
    """All right but for the first exercise, which is not there at all."""
    notebook = course.notebook(solved=True)
    gone = ("send-text", "check-send-text")
    notebook["cells"] = [cell for cell in notebook["cells"] if cell["id"] not in gone]
    return dump(notebook)


@file("broken", 20, 20)
def every_cell_twice(course: Any) -> bytes:
    """A right notebook behind an empty one, with the same ids and the same grade ids."""
    notebook = course.notebook()
    notebook["cells"] += course.notebook(solved=True)["cells"]
    return dump(notebook)


# -- broken ----------------------------------------------------------------------------------------


@file("broken", 0, 0)
def nothing(course: Any) -> bytes:
    """An empty file."""
    return b""


@file("broken", 0, 0)
def the_beginning_of_a_notebook(course: Any) -> bytes:
    """A notebook that ends in the middle."""
    return dump(course.notebook(solved=True))[:5000]


@file("broken", 0, 0)
def a_web_page(course: Any) -> bytes:
    """What a browser saves instead."""
    return b"<!doctype html><script>alert(1)</script>"


@file("broken", 0, 0)
def random_bytes(course: Any) -> bytes:
    """No text in any encoding."""
    return random.Random(4).randbytes(100_000)


@file("broken", 0, 20)
def fifty_megabytes(course: Any) -> bytes:
    """A right notebook with 50 MB of outputs."""
    notebook = course.notebook(solved=True)
    notebook["cells"][-1]["outputs"] = [{"output_type": "stream", "text": "x" * 50_000_000}]
    return dump(notebook)


@file("broken", 0, 0)
def lists_in_lists(course: Any) -> bytes:
    """JSON that is nested a million deep."""
    return b'{"cells": ' + b"[" * 1_000_000


@file("broken", 0, 0)
def a_number_of_a_million_digits(course: Any) -> bytes:
    """JSON with a number that Python refuses to read."""
    return b'{"cells": [], "nbformat": ' + b"9" * 1_000_000 + b"}"


@file("broken", 0, 0)
def cells_that_are_no_list(course: Any) -> bytes:
    """A notebook whose cells are an object."""
    return dump({"cells": {"0": {"cell_type": "code"}}, "metadata": {}, "nbformat": 4})


@file("broken", 0, 0)
def cells_that_are_no_cells(course: Any) -> bytes:
    """A notebook whose cells, sources and metadata are of every other type."""
    odd: list[Any] = [None, 1, "cell", [], {}, {"cell_type": []}, {"cell_type": "code"}]
    odd += [{"cell_type": "code", "source": source} for source in (1, {}, [1, None], None)]
    odd += [{"cell_type": "code", "source": "x", "metadata": odd_} for odd_ in ([], 1, None, "x")]
    odd += [{"cell_type": "code", "source": "x", "id": id} for id in (1, {}, "../..", "\0")]
    return dump({"cells": odd * 20, "metadata": [], "nbformat": "4", "nbformat_minor": None})


@file("broken", 0, 0)
def ten_thousand_cells(course: Any) -> bytes:
    """More cells than anybody reads, all with one id."""
    cell = {"cell_type": "code", "id": "send-text", "source": "def send_text(): 1", "metadata": {}}
    return dump({"cells": [cell] * 10_000, "metadata": {}, "nbformat": 4, "nbformat_minor": 5})


@file("broken", 18, 18)
def signs_that_are_no_signs(course: Any) -> bytes:
    """A cell with NULs, lone surrogates and escapes."""
    source = "def send_text(*args):\n    return '\0\ud800\x1b[2J'\n"
    return dump(course.filled([("send-text", source)], solved=True))


@file("broken", 18, 18)
def a_cell_that_is_no_python(course: Any) -> bytes:
    """A cell that ends in the middle of a bracket, all others right."""
    return dump(course.filled([("send-text", "def send_text(host, port, (\n")], solved=True))


@file("broken", 18, 18)
def a_cell_too_deep_for_the_parser(course: Any) -> bytes:
    """A cell that is hard to read for every parser, all others right."""
    source = "x = " + "-" * 200_000 + "1\n" + "y = " + "(" * 190 + "1" + ")" * 190
    return dump(course.filled([("send-text", source)], solved=True))


@file("broken", 0, 20)
def a_language_that_nobody_speaks(course: Any) -> bytes:
    """A right notebook that says it is in a folder of the host."""
    notebook = course.notebook(solved=True)
    notebook["metadata"]["live_sockets"] = {"language": "../../../etc", "chapter": "ch99"}
    return dump(notebook)
