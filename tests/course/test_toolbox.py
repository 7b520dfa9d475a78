"""docs/toolbox.ipynb is what its source gives, and prints the same again, twice in a row.

Run as a program, it writes the notebook anew.
"""

import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

from nbformat import NotebookNode

from autograder.authoring.build import source_notebook
from autograder.authoring.solved import run_notebook, same_cells
from autograder.notebooks.files import reads
from netlib.deadlines import stretched

ROOT = Path(__file__).resolve().parents[2]
SOURCE = ROOT / "docs" / "toolbox.py"
NOTEBOOK = SOURCE.with_suffix(".ipynb")
SANITIZE = Path(__file__).with_name("sanitize.cfg")
DEADLINE_S = stretched(60)


def main() -> None:
    """Write the notebook anew, executed."""
    run = run_notebook(source_notebook(SOURCE, "en"), ROOT)
    if run.error is not None:
        sys.exit(f"{SOURCE.name}: the cell {run.cell!r} does not run: {run.error}")
    NOTEBOOK.write_text(run.text, encoding="utf-8")


def _cells() -> list[NotebookNode]:
    return list(reads(NOTEBOOK.read_text(encoding="utf-8")).cells)


def test_the_notebook_is_what_its_source_gives() -> None:
    again = "python tests/course/test_toolbox.py"
    assert same_cells(source_notebook(SOURCE, "en"), NOTEBOOK), f"write it anew: {again}"


def test_there_are_ten_claims_and_every_cell_has_run() -> None:
    prose = "\n".join(cell.source for cell in _cells() if cell.cell_type == "markdown")
    assert re.findall(r"^## (\d+)\. ", prose, re.MULTILINE) == [str(n) for n in range(1, 11)]
    code = [cell for cell in _cells() if cell.cell_type == "code"]
    assert [cell.execution_count for cell in code] == list(range(1, len(code) + 1))


def test_what_is_not_compared_shows_the_thing_itself() -> None:
    """The notebook was written where nothing was missing."""
    tagged = [cell for cell in _cells() if "nbval-ignore-output" in cell.metadata.get("tags", ())]
    shown = {cell.id: str(cell.outputs) for cell in tagged}
    assert set(shown) == {"demo-wireshark", "demo-lan", "demo-states", "demo-panels"}
    assert "duplicate: the network delivered it once more" in shown["demo-wireshark"]
    assert "ARP Who has 192.0.2.2? Tell 192.0.2.1" in shown["demo-lan"]
    assert "LISTEN" in shown["demo-states"]
    assert "datagrams/s" in shown["demo-panels"]


def test_it_prints_the_same_again_twice_in_a_row(tmp_path: Path) -> None:
    twin = shutil.copy(NOTEBOOK, tmp_path)  # it meets whatever the first run left behind
    path = os.pathsep.join(filter(None, [str(ROOT), os.environ.get("PYTHONPATH")]))
    nbval = subprocess.run(
        [
            sys.executable,
            *("-m", "pytest", "-c", os.devnull, "--rootdir", str(ROOT), "-p", "no:cacheprovider"),
            *("-q", "--color=no", "--nbval", "--nbval-current-env"),
            *("--nbval-sanitize-with", str(SANITIZE), str(NOTEBOOK), twin),
        ],
        cwd=ROOT,
        env={**os.environ, "PYTHONPATH": path, "IPYTHONDIR": str(tmp_path / "ipython")},
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        timeout=DEADLINE_S,
    )
    assert nbval.returncode == 0, nbval.stdout + nbval.stderr
    code = [cell for cell in _cells() if cell.cell_type == "code"]
    assert f"{2 * len(code)} passed" in nbval.stdout.splitlines()[-1]


if __name__ == "__main__":
    main()
