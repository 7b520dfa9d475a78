"""Who may import whom: the architecture's rules, held over the syntax trees of the sources."""

import ast
import graphlib
import re
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]

# They run beside the learner's code, as files: no package __init__ is imported there.
GUEST_SIDE = ("carried", "guest", "loading", "pipe", "stub", "tracing", "values")
# What a rule is written in: exercise.py and what was split from it. None of it grades.
VOCABULARY = (
    *("calls", "exercise", "folder", "learner", "machine", "observed", "peers", "steps", "story"),
    *("streams", "talker", "values", "wording"),
)
GRADING = (
    *("cluster", "farm", "grade", "journal", "judge", "nbgrader_bridge", "practice", "results"),
    *("sandbox", "submission"),
)
PICTURES = ("netlib.panels", "netlib.plots")
LAN = "netlib.lan"


def imports(source: str, package: str, *, late: bool = True) -> Iterator[tuple[int, str]]:
    """Yield (line, dotted name) of everything that a module imports when it runs.

    late: also what its functions import when they are called.
    """
    for node in _running(ast.parse(source), late):
        if isinstance(node, ast.Import):
            yield from ((node.lineno, alias.name) for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            parents = package.split(".")
            base = parents[: len(parents) - node.level + 1] if node.level else []
            module = ".".join([*base, *filter(None, [node.module])])
            yield from ((node.lineno, f"{module}.{alias.name}") for alias in node.names)


def _running(tree: ast.AST, late: bool) -> Iterator[ast.AST]:
    """Walk the tree, leaving out what only a type checker sees."""
    for node in ast.iter_child_nodes(tree):
        if isinstance(node, ast.If) and ast.unparse(node.test) == "TYPE_CHECKING":
            continue
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef) and not late:
            continue
        yield node
        yield from _running(node, late)


def below(name: str, *packages: str) -> bool:
    return any(name == package or name.startswith(package + ".") for package in packages)


def standard(name: str) -> bool:
    return name.split(".")[0] in sys.stdlib_module_names


def netlib(module: str, name: str) -> bool:
    pictures = below(module, *PICTURES) and below(name, "ipywidgets", "IPython", "matplotlib")
    helper = below(module, LAN) and below(name, "pyroute2")
    return standard(name) or below(name, "netlib") or pictures or helper


def guest_side(module: str, name: str) -> bool:
    siblings = [*GUEST_SIDE, *(f"autograder.{sibling}" for sibling in GUEST_SIDE)]
    return standard(name) or below(name, *siblings, "netlib.errors")


def rules(module: str, name: str) -> bool:
    words = (f"autograder.{word}" for word in VOCABULARY)
    if re.match(
        r"autograder\.rules\.ch\d+\b", name
    ):  # grades depend on their chapter's rules alone
        return below(name, ".".join(module.split(".")[:3]))
    return standard(name) or below(name, "netlib", "autograder.rules", *words)


def ignorant_of_grading(module: str, name: str) -> bool:
    return not below(name, *(f"autograder.{other}" for other in GRADING))


def nbgrader_in_one_place(module: str, name: str) -> bool:
    return not below(name, "nbgrader") or below(module, "autograder.nbgrader_bridge")


def nothing_from_the_course(module: str, name: str) -> bool:
    return not below(name, "solutions", "tests", "notebooks", "tools")


def chapter(module: str, name: str) -> bool:
    english = ("autograder.check", "autograder.replay")
    chinese = ("autograder.zh.check", "autograder.zh.replay")
    return standard(name) or below(name, "netlib", *english, *chinese)


RULES: list[tuple[str, Callable[[str, str], bool]]] = [
    ("netlib/**/*.py", netlib),
    ("autograder/rules/**/*.py", rules),
    *((f"autograder/{name}.py", ignorant_of_grading) for name in VOCABULARY),
    *((f"autograder/{name}.py", guest_side) for name in GUEST_SIDE),
    ("autograder/**/*.py", nbgrader_in_one_place),
    ("autograder/**/*.py", nothing_from_the_course),
    ("netlib/**/*.py", nothing_from_the_course),
    ("solutions/*.py", chapter),
]


@pytest.mark.parametrize(
    ("files", "allowed"), RULES, ids=[f"{files}-{rule.__name__}" for files, rule in RULES]
)
def test_every_import_is_one_that_the_design_allows(
    files: str, allowed: Callable[[str, str], bool]
) -> None:
    paths = sorted(ROOT.glob(files))
    assert paths, f"no file matches {files}: has it been renamed?"
    broken = []
    for path in paths:
        place = path.relative_to(ROOT).with_suffix("")
        module, package = ".".join(place.parts), ".".join(place.parent.parts)
        for line, name in imports(path.read_text(encoding="utf-8"), package):
            if not allowed(module, name):
                broken.append(f"{path.relative_to(ROOT)}:{line} imports {name}")
    assert not broken, "\n".join(broken)


@pytest.mark.parametrize(
    ("source", "names"),
    [
        ("import a.b, c", ["a.b", "c"]),
        ("from a import b", ["a.b"]),
        ("from . import b", ["netlib.b"]),
        ("from ..autograder import check", ["autograder.check"]),
        ("def f():\n    import a", ["a"]),
        ("if TYPE_CHECKING:\n    import a", []),
        ("try:\n    import a\nexcept ImportError:\n    import b", ["a", "b"]),
    ],
)
def test_an_import_is_seen_wherever_it_stands(source: str, names: list[str]) -> None:
    assert [name for _, name in imports(source, "netlib")] == names


@pytest.mark.parametrize("package", ["autograder", "netlib"])
def test_modules_do_not_import_each_other_in_a_circle(package: str) -> None:
    paths = {}
    for path in ROOT.glob(f"{package}/**/*.py"):
        parts = path.relative_to(ROOT).with_suffix("").parts
        paths[".".join(parts).removesuffix(".__init__")] = path, ".".join(parts[:-1])
    needs = {
        module: {
            name if name in paths else name.rpartition(".")[0]
            for _, name in imports(path.read_text(encoding="utf-8"), folder, late=False)
        }
        for module, (path, folder) in paths.items()
    }
    graphlib.TopologicalSorter(needs).prepare()  # raises CycleError, which names the modules
