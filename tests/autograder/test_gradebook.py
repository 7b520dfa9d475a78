"""What of nbgrader is replaced while a class is graded is what nbgrader calls."""

from pathlib import Path

import pytest
from nbgrader.nbgraderformat.common import ValidationError
from nbgrader.preprocessors import CheckCellMetadata

from autograder.nbgrader_bridge.gradebook import SharedGradebook
from autograder.notebooks.files import reads

ROOT = Path(__file__).resolve().parents[2]
CHAPTER = "ch04_udp"

# nbgrader 0.9.6 and the libraries below it warn of their own future; that is not ours to mend.
pytestmark = pytest.mark.filterwarnings("ignore")


def test_what_is_replaced_for_speed_alone_is_still_called(tmp_path: Path) -> None:
    """If nbgrader went another way one day, grading would only be slower, and nobody would know."""
    path = ROOT / "notebooks" / "en" / CHAPTER / f"{CHAPTER}.ipynb"
    notebook = reads(path.read_text(encoding="utf-8"))
    with SharedGradebook(f"sqlite:///{tmp_path / 'gradebook.db'}", "course") as gradebook:
        CheckCellMetadata().preprocess(notebook, {})
        assert gradebook.called == {"MetadataValidator", "jsonschema.validate"}
        first = next(cell for cell in notebook.cells if "nbgrader" in cell.metadata)
        first.metadata.nbgrader.points = "many"
        with pytest.raises(ValidationError):  # as nbgrader's own would
            CheckCellMetadata().preprocess(notebook, {})
