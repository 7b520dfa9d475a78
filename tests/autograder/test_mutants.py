"""What the mutants of a program are."""

import pytest

from autograder.authoring.mutants import mutants
from autograder.authoring.operators import OPERATORS


def changes(source: str, operator: str = "") -> set[str]:
    return {str(mutant) for mutant in mutants(source) if operator in ("", mutant.operator)}


EACH = {
    "comparison": ("a < b", {"a < b → a <= b", "a < b → a >= b"}),
    "condition": ("while not stop:\n    f()", {"while not stop: → while stop:"}),
    "connective": (
        "x = a and b",
        {"x = a and b → x = a or b", "x = a and b → x = b", "x = a and b → x = a"},
    ),
    "number": (
        "def f(wait=0.2, tries=4): ...",
        {
            "def f(wait=0.2, tries=4): → def f(wait=2.0, tries=4):",
            "def f(wait=0.2, tries=4): → def f(wait=0.2, tries=5):",
            "def f(wait=0.2, tries=4): → def f(wait=0.2, tries=3):",
        },
    ),
    "arithmetic": (
        "n = (n + 1) % m",
        {"n = (n + 1) % m → n = n + 1", "n = (n + 1) % m → n = (n - 1) % m"},
    ),
    "text": ("f(b'x', '!H')", {"f(b'x', '!H') → f('x', '!H')", "f(b'x', '!H') → f(b'x', '<H')"}),
    "slice": ("x = d[4:n]", {"x = d[4:n] → x = d[:n]", "x = d[4:n] → x = d[4:]"}),
    "name": ("s.sendall(d)", {"s.sendall(d) → s.send(d)"}),
    "call": (
        "x = bytes(d.read())",
        {"x = bytes(d.read()) → x = bytes(d)", "x = bytes(d.read()) → x = d.read()"},
    ),
    "argument": ("x = t.split(':', 5)", {"x = t.split(':', 5) → x = t.split(':')"}),
    "buffer": ("d = s.recv(4096)", {"d = s.recv(4096) → d = s.recv(512)"}),
    "dropped": ("if not d:\n    n += 1", {"if not d:; n += 1 → pass", "n += 1 → pass"}),
    "jump": ("for x in y:\n    f()\n    break", {"break → continue"}),
    "once": ("for x in y:\n    f()", {"f() → f(); break"}),
    "moved": ("for x in y:\n    f()\n    n += 1", {"f(); n += 1 → n += 1; f()"}),
    "handler": (
        "try:\n    f()\nexcept (OSError, ValueError):\n    g()",
        {
            "g() → raise",
            "g() → pass",
            "except (OSError, ValueError): → except (OSError,):",
            "except (OSError, ValueError): → except (ValueError,):",
        },
    ),
    "with": ("with f() as s:\n    s.g()", {"with f() as s: → s = f()"}),
}


@pytest.mark.parametrize("operator", OPERATORS)
def test_each_operator_makes_its_changes(operator: str) -> None:
    program, expected = EACH[operator]
    assert changes(program, operator) == expected


def test_what_does_not_compile_or_compiles_to_the_same_is_no_mutant() -> None:
    assert "return → pass" not in changes("def f():\n    g()\n    return")
    assert "break → continue" in changes("while f():\n    break")
    sources = [mutant.source for mutant in mutants("x = f(a) + g(1, 2)")]
    assert len(sources) == len(set(sources))


@pytest.mark.parametrize(
    "program",
    [
        '"""What it is, in 3 words."""',
        'def f():\n    """Return 3."""',
        'raise ValueError(f"expected {n + 1}")',
        'print("sent", 3)',
        "import socket",
        "d = s.recv(65536)",
    ],
)
def test_words_for_people_and_the_last_bytes_of_a_buffer_do_not_change(program: str) -> None:
    assert changes(program) <= {
        "d = s.recv(65536) → pass",
        "d = s.recv(65536) → d = s.recv()",
        "d = s.recv(65536) → d = s.recv(512)",
        "raise ValueError(f'expected {n + 1}') → pass",
    }


def test_a_mutant_is_the_same_wherever_it_stands_and_is_counted_where_there_are_several() -> None:
    program = "def f(x):\n    g()\n    if x:\n        g()"
    below = f"import os\n\n# a comment\n{program}"
    assert changes(program, "dropped") == {
        "g() → pass",
        "g() → pass (#2)",
        "if x:; g() → pass",
    }
    assert changes(below) == changes(program)
    [first, *_] = mutants(program)
    [moved, *_] = mutants(below)
    assert (first.line + 3, first.source) == (moved.line, moved.source.partition("\n\n")[2].strip())


def test_of_many_lines_only_the_ends_are_said() -> None:
    program = "try:\n    a()\n    b()\n    c()\nfinally:\n    d()"
    assert changes(program, "handler") == {"try:; a(); …; finally:; d() → a(); b(); c()"}
