"""The notebook around a check: which cells the kernel has run, with what text.

Cells are known by the ids that JupyterLab sends. Programs that run notebooks without sending
them (nbclient, nbval) leave ids out; such cells are told apart by their text.
"""

from typing import Any

from autograder.chapter import chapter
from autograder.exercise import Exercise
from autograder.loading import LoadCell
from autograder.placing import Seen, loadable

__all__ = ["Kernel"]


class Kernel:
    """The running kernel, and every cell that it has run since autograder was imported."""

    _current: "Kernel | None" = None

    def __init__(self, shell: Any) -> None:
        self._shell = shell
        # Cells that ran before us have no ids here: history keeps their text alone.
        self._seen: dict[str, Seen] = {}
        for number, source in enumerate(shell.history_manager.input_hist_raw):
            if source:
                self._add(None, source, number)
        shell.events.register("pre_run_cell", self._before)

    @classmethod
    def current(cls) -> "Kernel | None":
        """Return the kernel that this runs in, None outside a notebook."""
        if cls._current is None:
            try:
                from IPython.core.getipython import get_ipython
            except ImportError:
                return None
            shell = get_ipython()
            if shell is None:
                return None
            cls._current = cls(shell)
        return cls._current

    def cells(self, exercise: Exercise) -> tuple[LoadCell, ...]:
        """Return what a guest loads for an exercise: the same cells as in grading."""
        release = chapter(exercise.id.partition("/")[0])
        return loadable(self._seen.values(), release)

    def names(self) -> frozenset[str]:
        """Return the names that the notebook has."""
        return frozenset(self._shell.user_ns)

    def _before(self, info: Any) -> None:
        self._add(info.cell_id, info.raw_cell, self._shell.execution_count)

    def _add(self, id: str | None, source: str, number: int) -> None:
        key = id or source
        self._seen.pop(key, None)  # a cell that runs again runs last
        self._seen[key] = Seen(id, source, label=f"cell [{number}]")
