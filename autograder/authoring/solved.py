"""The solved notebook of a chapter: its source notebook, executed, with the outputs.

The kernel works in an empty folder and without the user's IPython settings, so that only the
chapter decides what is printed.
"""

import os
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory

from autograder.deadlines import CELL_S
from autograder.notebooks.files import LANGUAGE_INFO, NotebookNode, ValidationError, reads, writes

__all__ = ["Run", "run_notebook", "same_cells"]


@dataclass(frozen=True, slots=True)
class Run:
    """An executed notebook or, where a cell failed, that cell's id and the error."""

    text: str
    cell: str = ""
    error: str | None = None


def run_notebook(text: str, root: Path) -> Run:
    """Execute a notebook in a fresh kernel and return it with its outputs.

    root is where the kernel finds the course: its packages and its release notebooks.
    """
    from nbclient import NotebookClient  # zmq and its threads: only for those who execute
    from nbclient.exceptions import CellExecutionError, CellTimeoutError, DeadKernelError

    notebook = reads(text)
    begun: list[str] = []
    with TemporaryDirectory(prefix="live-sockets-") as folder:
        work = Path(folder) / "work"
        work.mkdir()
        client = NotebookClient(
            notebook,
            timeout=CELL_S,
            kernel_name="python3",
            record_timing=False,
            store_widget_state=False,
            coalesce_streams=True,
            extra_arguments=["--log-level=ERROR"],  # no word on how the kernel is reached
            on_cell_execute=lambda cell, cell_index: begun.append(cell.id),
            resources={"metadata": {"path": str(work)}},
        )
        path = os.pathsep.join(filter(None, [str(root), os.environ.get("PYTHONPATH")]))
        environment = {
            **os.environ,
            "PYTHONPATH": path,
            "LIVE_SOCKETS_ROOT": str(root),
            "LIVE_SOCKETS_PROGRESS": "off",  # nobody has solved it
            "IPYTHONDIR": str(Path(folder) / "ipython"),
        }
        try:
            client.execute(env=environment)
        except CellExecutionError as error:
            value = str(error.evalue).partition("\n")[0]
            return Run("", begun[-1], f"{error.ename}: {value}")
        except CellTimeoutError:
            return Run("", begun[-1], f"it did not end within {CELL_S} s.")
        except DeadKernelError:
            return Run("", (begun or [""])[-1], "the kernel died.")
    # the kernel's own idea of its language has the interpreter's version in it
    notebook.metadata["language_info"] = dict(LANGUAGE_INFO)
    return Run(writes(notebook))


def same_cells(text: str, path: Path) -> bool:
    """Return whether the notebook at path is that one in everything but its outputs."""
    try:
        written = reads(path.read_text(encoding="utf-8"))
    except (OSError, ValueError, ValidationError, AttributeError):
        return False  # missing or not a notebook: either way it is to be made again
    return _bare(written) == _bare(reads(text))


def _bare(notebook: NotebookNode) -> object:
    cells = [(c.get("id"), c.cell_type, c.source, c.metadata) for c in notebook.cells]
    return notebook.metadata, cells
