"""Who may import whom: the architecture's rules, held over the syntax trees of the sources.

Late imports and those of a type checker count, too: an arrow is an arrow.
"""

import ast
import graphlib
import re
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]

# A part of the autograder imports from itself and from those before it, and from netlib.
LAYERS = (
    *("guest", "proc", "clock", "deadlines", "text", "learner", "network", "exercise", "rules"),
    *(
        "verdict",
        "notebooks",
        "report",
        "way",
        "sandbox",
        "judging",
        "authoring",
        "nbgrader_bridge",
    ),
    *("grading", "cli", "zh"),
)
# Beyond the standard library, netlib and layers: what alone may import it.
OTHERS = {
    "nbgrader": ("autograder.nbgrader_bridge",),
    "ipywidgets": ("netlib.panels",),
    "matplotlib": ("netlib.plots",),
    "jupytext": ("autograder.authoring",),
    "pyseccomp": ("autograder.sandbox",),
    "sqlalchemy": ("autograder.nbgrader_bridge",),
    "gevent": ("netlib.oldnotes.coroutines", "netlib.swarm.known"),
    "greenlet": ("netlib.oldnotes.coroutines", "netlib.turns"),
}
JUPYTER = ("IPython", "nbclient", "nbconvert", "nbformat", "traitlets", "jsonschema")


def modules(package: str) -> dict[str, tuple[Path, str]]:
    """Return path and enclosing package of every module."""
    found = {}
    for path in sorted(ROOT.glob(f"{package}/**/*.py")):
        parts = path.relative_to(ROOT).with_suffix("").parts
        found[".".join(parts).removesuffix(".__init__")] = path, ".".join(parts[:-1])
    assert found, f"no file in {package}: has it been renamed?"
    return found


def imports(source: str, package: str) -> Iterator[tuple[int, str]]:
    """Yield (line, dotted name) of everything that a module imports, wherever that stands."""
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.Import):
            yield from ((node.lineno, alias.name) for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            parents = package.split(".")
            base = parents[: len(parents) - node.level + 1] if node.level else []
            module = ".".join([*base, *filter(None, [node.module])])
            yield from ((node.lineno, f"{module}.{alias.name}") for alias in node.names)


def below(name: str, *packages: str) -> bool:
    return any(name == package or name.startswith(package + ".") for package in packages)


def standard(name: str) -> bool:
    return name.split(".")[0] in sys.stdlib_module_names


def layer(module: str) -> int:
    """Return how high a module of the autograder lies; its face lies above all."""
    part = module.split(".")[1:2]
    return LAYERS.index(part[0]) if part and part[0] in LAYERS else len(LAYERS)


def test_every_part_of_the_autograder_has_its_layer() -> None:
    there = {path.stem for path in (ROOT / "autograder").iterdir() if path.suffix in (".py", "")}
    assert there - {"__init__", "__pycache__", "misconceptions"} == set(LAYERS)  # these are texts


@pytest.mark.parametrize("package", ["autograder", "netlib"])
def test_no_import_leads_upwards(package: str) -> None:
    known, upwards = modules(package), []
    for module, (path, folder) in known.items():
        for line, name in imports(path.read_text(encoding="utf-8"), folder):
            if not allowed(module, name):
                upwards.append(f"{path.relative_to(ROOT)}:{line} imports {name}")
    assert not upwards, "\n".join(upwards)


def allowed(module: str, name: str) -> bool:
    if below(name, "solutions", "tests", "notebooks", "tools", "bench"):
        return False
    if below(module, "autograder.guest"):  # beside it, in a sandbox, is nothing else
        return standard(name) or below(name, "autograder.guest", "guest")
    if below(name, "autograder"):
        return below(module, "autograder") and ours(module, name)
    top = name.split(".")[0]
    if top in OTHERS:
        return below(module, *OTHERS[top])
    if top in JUPYTER:
        return not below(module, "autograder.rules", "autograder.network", "autograder.learner")
    return standard(name) or below(name, "netlib")


def ours(module: str, name: str) -> bool:
    """Tell whether a module of the autograder may import that of the autograder."""
    chapter = re.match(r"autograder\.rules\.ch\d+[a-z]?\b", name)
    if below(module, "autograder.rules") and chapter:  # grades depend on one chapter's rules
        return below(module, chapter[0])
    return layer(name) <= layer(module)


def test_a_chapter_imports_what_learners_have() -> None:
    known = sorted(ROOT.glob("solutions/ch*.py"))
    assert known
    practice = (
        *("another_way", "check", "course_map", "hint", "outcome"),
        *("predict", "predictions", "replay"),
    )
    faces = [f"autograder{zh}.{name}" for zh in ("", ".zh") for name in practice]
    foreign = [
        f"{path.name}:{line} imports {name}"
        for path in known
        for line, name in imports(path.read_text(encoding="utf-8"), "solutions")
        if not (standard(name) or below(name, "netlib", *faces))
    ]
    assert not foreign, "\n".join(foreign)


@pytest.mark.parametrize(
    ("source", "names"),
    [
        ("import a.b, c", ["a.b", "c"]),
        ("from a import b", ["a.b"]),
        ("from . import b", ["netlib.b"]),
        ("from ..autograder import check", ["autograder.check"]),
        ("def f():\n    import a", ["a"]),
        ("if TYPE_CHECKING:\n    import a", ["a"]),
        ("try:\n    import a\nexcept ImportError:\n    import b", ["a", "b"]),
    ],
)
def test_an_import_is_seen_wherever_it_stands(source: str, names: list[str]) -> None:
    assert [name for _, name in imports(source, "netlib")] == names


@pytest.mark.parametrize(
    ("module", "name"),
    [
        ("netlib.ladder", "autograder.text"),
        ("netlib.ladder", "matplotlib"),
        ("autograder.text.story", "autograder.network.run.Run"),
        ("autograder.rules.ch04.request", "autograder.judging.judge.judge"),
        ("autograder.rules.ch04.request", "autograder.rules.ch06.shared"),
        ("autograder.rules.common", "autograder.rules.ch06"),
        ("autograder.guest.pipe", "netlib.errors"),
        ("autograder.guest.pipe", "autograder.text.wording"),
        ("autograder.grading.farm", "nbgrader.api"),
        ("autograder.judging.judge", "autograder.check"),
        ("autograder.cli", "tests.conftest"),
    ],
)
def test_what_the_design_forbids_is_seen(module: str, name: str) -> None:
    assert not allowed(module, name)


@pytest.mark.parametrize("package", ["autograder", "netlib"])
def test_modules_do_not_import_each_other_in_a_circle(package: str) -> None:
    known = modules(package)
    needs = {
        module: {
            target
            for _, name in imports(path.read_text(encoding="utf-8"), folder)
            for target in (name if name in known else name.rpartition(".")[0],)
            if target != module
        }
        for module, (path, folder) in known.items()
    }
    graphlib.TopologicalSorter(needs).prepare()  # raises CycleError, which names the modules
