"""Demonstrations that use a learner's code survive it, whatever it does: Run All goes through."""

import ast
import json
import os
from collections.abc import Callable
from pathlib import Path
from typing import Any

import nbformat
import pytest
from nbclient import NotebookClient

from autograder.notebooks.chapter import names, reference
from netlib.deadlines import stretched

ROOT = Path(__file__).resolve().parents[2]

Body = Callable[[ast.FunctionDef | ast.AsyncFunctionDef], list[ast.stmt]]


def body(text: str) -> Body:
    return lambda _: ast.parse(text).body


WRONG = {
    "is as released": body("raise NotImplementedError"),
    "returns nothing": body("return None"),
    "raises": body("raise ValueError('wrong')"),
    "waits for ever": body("import time\nwhile True: time.sleep(0.01)"),
}


def spoilt(source: str, wrong: Body) -> str:
    """Return a solution with another body in all of its functions and methods."""
    tree = ast.parse(source)
    for node in ast.walk(tree):
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef) and node.name != "__init__":
            node.body = wrong(node)
    return ast.unparse(ast.fix_missing_locations(tree))


@pytest.mark.parametrize("how", WRONG)
@pytest.mark.parametrize("chapter", names())
def test_no_demonstration_fails(chapter: str, how: str, tmp_path: Path) -> None:
    path = ROOT / "notebooks" / "en" / chapter / f"{chapter}.ipynb"
    notebook = nbformat.reads(path.read_text(encoding="utf-8"), as_version=4)
    roles = {cell.id: cell.role for cell in reference(chapter).cells}
    solutions = {cell.id: cell.source for cell in reference(chapter).cells}
    notebook.cells = [cell for cell in notebook.cells if roles[cell.id] != "check"]
    for cell in notebook.cells:
        if roles[cell.id] == "solution":
            cell.source = spoilt(solutions[cell.id], WRONG[how])
    client = NotebookClient(
        notebook,
        timeout=stretched(300),
        allow_errors=True,
        resources={"metadata": {"path": str(tmp_path)}},
    )
    environment: dict[str, Any] = {**os.environ, "IPYTHONDIR": str(tmp_path / "ipython")}
    client.execute(env=environment)
    failed = [
        f"{cell.id}: {output.ename}: {output.evalue}"
        for cell in notebook.cells
        for output in cell.get("outputs", ())
        if output.output_type == "error"
    ]
    assert not failed, json.dumps(failed, indent=1)
