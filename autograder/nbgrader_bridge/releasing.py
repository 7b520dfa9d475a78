"""`nbgrader release_feedback`, where some submissions lack what nbgrader wrote beside them.

A student's own folder may have lost its secret, and then stock nbgrader releases nothing to those
who come after.
"""

import glob
import os
import shutil
from collections import Counter
from pathlib import Path
from typing import Any

from nbgrader.exchange.default import (  # type: ignore[import-untyped]  # it ships no types
    ExchangeReleaseFeedback,
)
from nbgrader.utils import notebook_hash  # type: ignore[import-untyped]

from autograder.notebooks.submission import content
from netlib.columns import clean

__all__ = ["ReleaseFeedback"]

_PAGE = 0o644  # students read it; only who knows the secret knows its name


class ReleaseFeedback(ExchangeReleaseFeedback):  # type: ignore[misc]  # its base is untyped
    """Releases what can be released, and names the others."""

    coursedir: Any
    src_path: str
    dest_path: str

    def copy_files(self) -> None:
        """Release the feedback of all whose secret is there: it makes the name of the page."""
        excluded = set(filter(None, self.coursedir.student_id_exclude.split(",")))
        folders = map(Path, sorted(glob.glob(self.src_path)))
        secrets = {each: _text(each / "submission_secret.txt") for each in folders}
        times = Counter(secrets.values())
        for folder, secret in secrets.items():
            if (student := folder.parent.name) in excluded or not any(folder.glob("*.html")):
                continue
            if secret and times[secret] == 1:
                try:
                    self._release(student, folder, secret)
                    continue
                except OSError as error:
                    why = f"cannot be copied ({error.strerror})"
            elif secret:  # whoever comes later would put another page in its place
                why = "has the submission_secret.txt of somebody else"
            else:
                why = "has no submission_secret.txt, without which nobody could fetch the feedback"
            self.log.warning(
                "Not released: '%s' %s. Hand it over another way.", clean(student), why
            )

    def _release(self, student: str, folder: Path, secret: str) -> None:
        for page in sorted(folder.glob("*.html")):
            name = notebook_hash(secret=secret, notebook_id=page.stem)
            # Copied beside it and moved, so that nobody reads half of it.
            scratch = Path(self.dest_path, f"{name}-tmp.html")
            shutil.copyfile(page, scratch)
            scratch.chmod(_PAGE)
            os.replace(scratch, Path(self.dest_path, f"{name}.html"))
            self.log.info("Feedback on %s released to '%s'.", page.stem, clean(student))


def _text(path: Path) -> str:
    """Return the text of a regular file, all of it, as nbgrader reads it; "" if it is none."""
    data = content(path)
    try:
        return data.decode().replace("\r\n", "\n").replace("\r", "\n")
    except UnicodeDecodeError:
        return ""
