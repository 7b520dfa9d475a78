"""Which statements of a notebook run where code is judged, and what becomes of the others."""

import linecache
import time
from itertools import pairwise
from typing import Any

import pytest
from IPython.core.inputtransformer2 import TransformerManager

from autograder.guest.loading import LoadCell, Loaded, Problem, describe, load


class Loading:
    """What came of loading cells: the namespace, the problems, the labels of those that ran."""

    def __init__(self, *cells: LoadCell, names: tuple[str, ...] = ()) -> None:
        self.names: dict[str, Any] = {"__name__": "__main__"}
        told: list[str] = []  # each cell once before it is read, then those that run
        self.loaded: Loaded = load(cells, names, self.names, told.append)
        self.labels = told[len(cells) :]

    @property
    def problems(self) -> tuple[Problem, ...]:
        return self.loaded.problems


def solution(source: str, label: str = "solution") -> LoadCell:
    return LoadCell(label, source, whole=True)


def added(source: str, label: str = "cell 7") -> LoadCell:
    return LoadCell(label, source, whole=False)


# -- what counts as a definition --------------------------------------------------------------


@pytest.mark.parametrize(
    "definition",
    [
        "import socket as wanted",
        "from socket import socket as wanted",
        "def wanted(): pass",
        "async def wanted(): pass",
        "class wanted: pass",
        "@staticmethod\ndef wanted(): pass",
        "wanted = 1",
        "other = wanted = 1",
        "(other, *wanted), [_] = (1, 2), [3]",
        "wanted: int = 1",
        "wanted = 1\nwanted += 1",
        "import socket\nwanted = socket.AF_INET",
        "base = 1\ndef helper(): return base\nwanted = helper()",
        "if True: wanted = 1\nelse: pass",
        "try: import not_there as wanted\nexcept ImportError: wanted = None\nfinally: pass",
    ],
)
def test_a_definition_in_an_added_cell_is_there_for_the_solution(definition: str) -> None:
    loading = Loading(added(definition), solution("def f(): return wanted"))
    assert "wanted" in loading.names
    assert loading.loaded == Loaded((), ())


def test_an_import_of_a_module_in_a_package_binds_the_package() -> None:
    loading = Loading(added("import os.path"), solution("def f(): return os.path.sep"))
    assert loading.names["f"]()


def test_a_star_import_always_runs() -> None:
    loading = Loading(added("from struct import *"), solution("def f(): return pack('!H', 1)"))
    assert loading.names["f"]() == b"\0\1"
    assert loading.loaded == Loaded((), ())


@pytest.mark.parametrize(
    "statement",
    [
        "print(wanted := 1)",
        "for wanted in [1]: pass",
        "with open('/dev/null') as wanted: pass",
        "if True: print(); wanted = 1",
        "while True: wanted = 1; break",
        "try: wanted = 1; print()\nfinally: pass",
        "globals()['wanted'] = 1",
        "del wanted",
    ],
)
def test_other_statements_of_an_added_cell_do_not_run(statement: str) -> None:
    loading = Loading(added(statement), solution("def f(): return wanted"))
    assert "wanted" not in loading.names
    assert loading.problems == ()
    assert loading.loaded.undefined == ("wanted",)


def test_cells_that_are_not_the_learners_own_run_whole() -> None:
    loading = Loading(solution("seen = []\nfor n in range(3): seen.append(n)"))
    assert loading.names["seen"] == [0, 1, 2]


# -- what is needed ---------------------------------------------------------------------------


def test_an_experiment_that_nothing_needs_does_not_run() -> None:
    loading = Loading(
        solution("def ask(): raise RuntimeError('asked again at every check')"),
        added("answer = ask()\nunused = answer"),
    )
    assert loading.problems == ()
    assert "answer" not in loading.names


def test_what_only_an_experiment_needs_does_not_run() -> None:
    loading = Loading(
        added("import no_such_module", "cell 1"),
        added("def experiment(): return no_such_module.f()", "cell 2"),
        solution("def f(): return 1"),
        added("experiment()", "cell 3"),
    )
    assert loading.problems == ()
    assert loading.labels == ["solution"]


def test_needs_are_followed_from_definition_to_definition() -> None:
    loading = Loading(
        added("BASE = 2", "cell 1"),
        added("def double(n): return n * BASE\ndef unused(): return 0", "cell 2"),
        added("class Box:\n    def get(self): return [double(n) for n in (1, 2)]", "cell 3"),
        solution("def f(): return Box().get()"),
    )
    assert loading.names["f"]() == [2, 4]
    assert "unused" not in loading.names


def test_a_needed_name_runs_wherever_it_is_defined_and_the_last_one_counts() -> None:
    loading = Loading(
        added("SIZE = 1", "cell 1"), solution("def f(): return SIZE"), added("SIZE = 2", "cell 2")
    )
    assert loading.names["f"]() == 2


def test_a_long_chain_of_needs_is_followed_in_no_time() -> None:
    names = [f"n{number}" for number in range(20_000)]
    lines = [f"{name} = {before}" for before, name in pairwise(["1", *names])]
    began = time.process_time()
    loading = Loading(added("\n".join(reversed(lines[1:]))), added(lines[0]), names=(names[-1],))
    assert time.process_time() - began < 5
    assert len(loading.problems) == len(lines) - 1  # each is needed, and stands before its need


def test_the_exercises_names_are_wanted_wherever_they_stand() -> None:
    loading = Loading(added("def f(): return 1\ndef g(): return 2"), names=("f",))
    assert "f" in loading.names
    assert "g" not in loading.names


def test_a_redefinition_of_what_a_whole_cell_binds_is_needed() -> None:
    loading = Loading(solution("def f(): return 1"), added("def f(): return 2"))
    assert loading.names["f"]() == 2


def test_progress_names_each_cell_before_it_is_read_and_before_it_runs() -> None:
    order: list[str] = []
    namespace: dict[str, Any] = {"order": order}
    cells = (
        solution("order.append('ran a')\norder.append('still a')", "a"),
        added("unused = 1", "b"),
        solution("order.append('ran c')", "c"),
    )
    load(cells, (), namespace, order.append)
    assert order == ["a", "b", "c", "a", "ran a", "still a", "c", "ran c"]


# -- what goes wrong --------------------------------------------------------------------------


def test_an_exception_cuts_a_whole_cell_down_to_its_definitions() -> None:
    loading = Loading(
        solution("a = []\n\nb = 1 / 0\na.append(1)\ndef c(): return a"), solution("d = 4", "next")
    )
    assert loading.problems == (Problem("solution", 3, "ZeroDivisionError: division by zero"),)
    assert "b" not in loading.names
    assert loading.names["c"]() == []
    assert loading.names["d"] == 4


@pytest.mark.parametrize(
    "line",
    [
        "import a_package_that_grading_lacks",
        "get_ipython()",
        "input_from_nowhere.read()",
        "open('/not/there')",
        "%matplotlib inline",
        "!pip install -q \\\n    a_package_that_grading_lacks",
    ],
)
def test_a_line_that_only_the_notebook_can_run_costs_no_definition(line: str) -> None:
    assert Loading(solution(f"{line}\ndef f(): return 7")).names["f"]() == 7


# -- every exercise at its own place ------------------------------------------------------------


@pytest.mark.parametrize("wanted", ["f", "g"])
@pytest.mark.parametrize("whole", [True, False])
def test_helpers_of_one_name_are_each_exercises_own(wanted: str, whole: bool) -> None:
    cells = [
        LoadCell(name, f"def helper(): return {name!r}\ndef {name}(): return helper()", whole)
        for name in "fg"
    ]
    assert Loading(*cells, names=(wanted,)).names[wanted]() == wanted


def test_a_later_star_import_changes_nothing_that_is_there() -> None:
    cells = solution("def sqrt(): return 7\ndef f(): return sqrt()"), added("from math import *")
    loading = Loading(*cells, names=("f",))
    assert loading.names["f"]() == 7
    assert loading.names["pi"] > 3


def test_a_helper_that_stands_below_is_there_for_what_needs_it() -> None:
    cells = solution("def f(): return below()"), solution("def below(): return 7", "next")
    assert Loading(*cells, names=("f",)).names["f"]() == 7


def test_an_exception_in_an_added_cell_ends_its_own_statement_only() -> None:
    loading = Loading(
        added("first = 1 / 0\nsecond = 2", "cell 3"), solution("def f(): return first, second")
    )
    assert loading.problems == (Problem("cell 3", 1, "ZeroDivisionError: division by zero"),)
    assert loading.names["second"] == 2


def test_an_exception_in_a_function_names_the_line_of_its_own_cell() -> None:
    loading = Loading(
        added("def helper():\n    return 1 / 0", "cell 3"), solution("\n\nvalue = helper()")
    )
    assert loading.problems == (Problem("solution", 3, "ZeroDivisionError: division by zero"),)


@pytest.mark.parametrize(
    ("statement", "error"),
    [
        ("raise SystemExit(3)", "SystemExit: 3"),
        ("raise KeyboardInterrupt", "KeyboardInterrupt: "),
        ("exit_now = [][1]", "IndexError: list index out of range"),
        ("f(f)", "RecursionError: maximum recursion depth exceeded"),
    ],
)
def test_whatever_a_cell_raises_is_a_problem_of_that_cell(statement: str, error: str) -> None:
    loading = Loading(
        solution(f"def f(g): return g(g)\n{statement}", "bad"), solution("good = 1", "good")
    )
    assert loading.problems == (Problem("bad", loading.problems[0].line, error),)
    assert loading.names["good"] == 1


def test_a_syntax_error_is_named_with_its_line() -> None:
    loading = Loading(solution("def f():\n    return (1\n\nx = 2"), solution("y = 1", "next"))
    (problem,) = loading.problems
    assert (problem.label, problem.line) == ("solution", 2)
    assert problem.error.startswith("SyntaxError: '(' was never closed")
    assert "x" not in loading.names
    assert loading.names["y"] == 1


@pytest.mark.parametrize(
    "source",
    [
        "x = \0",
        "x = '\ud800' # \ud800",
        "(" * 300 + ")" * 300,
        "-" * 200_000 + "1",
        "return",
        "\t\n  x",
    ],
    ids=["NUL", "surrogate", "parentheses", "deep", "return", "indent"],
)
def test_text_that_is_no_python_is_a_problem_and_nothing_else(source: str) -> None:
    loading = Loading(solution(source), solution("y = 1", "next"))
    assert [problem.label for problem in loading.problems] == ["solution"]
    assert loading.names["y"] == 1


def test_an_exception_whose_text_fails_is_described_by_its_type() -> None:
    class Silent(Exception):
        def __str__(self) -> str:
            raise ValueError

    assert describe(Silent()) == "Silent"
    assert describe(ValueError("x" * 500)) == "ValueError: " + "x" * 188


# -- what notebooks hold besides Python ---------------------------------------------------------


@pytest.mark.parametrize(
    "source",
    [
        "    x = 1\n    def f():\n        return x",
        "\n \t\n  x = 1\n\n  def f():\n    return x",
        "\tx = 1\n\tdef f():\n\t\treturn x",
        ">>> x = 1\n>>> def f():\n...     return x\n...\n>>> f()\n",
        "In [3]: x = 1\n\nIn [4]: def f():\n   ...:     return x\n   ...:\n",
        "  >>> x = 1\n  >>> def f():\n  ...     return x",
    ],
    ids=["indented", "below blank lines", "by tabs", "prompts", "IPython's prompts", "both"],
)
def test_a_cell_is_taken_as_jupyter_takes_it(source: str) -> None:
    theirs: dict[str, Any] = {}
    exec(TransformerManager().transform_cell(source), theirs)
    loading = Loading(solution(source))
    assert loading.problems == ()
    assert loading.names["f"]() == theirs["f"]() == 1


def test_prompts_inside_a_text_stay() -> None:
    assert Loading(solution("%time\na = '''\n>>> b\n'''")).names["a"] == "\n>>> b\n"


@pytest.mark.parametrize(
    "line",
    [
        "%matplotlib inline",
        "!pip install -q \\\n  something \\\n  more",
        "%%time",
        "!ls -l",
        "helper?",
        "helper??",
        "?helper",
        "files = !ls",
        "took = %timeit -o helper()",
        "if True:\n    %time helper()",
    ],
)
def test_magics_and_shell_lines_are_passed_over(line: str) -> None:
    loading = Loading(
        added(f"{line}\ndef helper(): return 1"), solution("def f(): return helper()")
    )
    assert loading.problems == ()
    assert loading.names["f"]() == 1


def test_lines_keep_their_numbers_behind_a_magic() -> None:
    loading = Loading(solution("%time\n!ls \\\n  -l\n\nx = 1 / 0"))
    assert loading.problems[0].line == 5


def test_percent_signs_of_plain_python_are_left_alone() -> None:
    loading = Loading(solution("a = (7\n% 4)\nb = '''\n!kept\n%kept\nkept?\n'''"))
    assert loading.names["a"] == 3
    assert loading.names["b"] == "\n!kept\n%kept\nkept?\n"


def test_an_await_outside_a_function_runs() -> None:
    loading = Loading(
        solution("import asyncio\nasync def g(): return 7"), solution("x = await g()", "await")
    )
    assert loading.problems == ()
    assert loading.names["x"] == 7


def test_annotations_from_the_future_hold_for_every_cell_behind() -> None:
    loading = Loading(
        added("from __future__ import annotations", "cell 1"),
        solution("def f(x: NotThere) -> Nor | This: return x"),
    )
    assert loading.names["f"](1) == 1
    assert loading.loaded == Loaded((), ())


def test_a_future_that_does_not_exist_is_a_problem_of_its_cell() -> None:
    loading = Loading(added("from __future__ import flight"), solution("x = 1"))
    assert [problem.label for problem in loading.problems] == ["cell 7"]
    assert loading.names["x"] == 1


def test_the_source_is_there_for_tracebacks() -> None:
    Loading(solution("first = 1\nsecond = 2", "a-cell"))
    assert linecache.getline("<a-cell>", 2) == "second = 2\n"


# -- what is not there ----------------------------------------------------------------------------


def test_undefined_names_are_told_sorted() -> None:
    loading = Loading(solution("def f(n): return [zeta(i) + alpha for i in range(n)]"))
    assert loading.loaded.undefined == ("alpha", "zeta")


@pytest.mark.parametrize(
    "source",
    [
        "def f(local):\n    inner = lambda: local\n    return inner() + len('x')",
        "class C:\n    a = 1\n    b = a",
        "def f(x): return x.attribute.other",
        "def f():\n    import struct\n    return struct.pack",
        "def f():\n    global late\n    late = 1\nf()\nprint(late)",
        "try:\n    1 / 0\nexcept ZeroDivisionError as error:\n    print(error)",
    ],
)
def test_names_that_are_bound_are_not_undefined(source: str) -> None:
    assert Loading(solution(source)).loaded == Loaded((), ())


def test_names_that_an_experiment_misses_are_not_told() -> None:
    loading = Loading(solution("def f(): return 1"), added("unused = missing_name"))
    assert loading.loaded.undefined == ()
