"""The line that begins a cell in a chapter's source: which keys it may hold, and their values.

Nothing here knows of files or chapters: the text after `# %%` comes in, keys and problems go out.
"""

import difflib
import json
import re
from dataclasses import dataclass

from autograder.rules import NUMBER

__all__ = ["ROLES", "Problem", "read_keys"]

ROLES = ("demo", "setup", "predict", "solution", "check")
_KEYS = ("id", "lang", "of", "tags", *ROLES)
_TOKEN = re.compile(r"""([\w-]+)=("(?:[^"\\]|\\.)*"|\[[^\]]*\]|\S+)|(\S+)""")
_PATTERNS = {
    "id": "[a-zA-Z0-9_-]{1,64}",  # the notebook format's own rule, nbformat 4.5
    "lang": "en|zh",
    "of": "[0-9a-f]{8}",
    "solution": rf"{NUMBER.pattern}/\w+",
    "check": rf"{NUMBER.pattern}/\w+",
}
_WANTED = {
    "id": "1 to 64 letters, digits, - or _ in double quotes",
    "lang": '"en" or "zh"',
    "of": "8 hexadecimal digits in double quotes (`autograder build --stamp` writes them)",
    "tags": 'a list of names, such as ["nbval-ignore-output"]',
    "solution": 'an exercise id, such as "ch04/send_text"',
    "check": 'an exercise id, such as "ch04/send_text"',
}


@dataclass(frozen=True, slots=True)
class Problem:
    """Something in a source that must be mended.

    Attributes:
        translation: the Chinese text is missing or stale; English can stand in for it.
    """

    file: str
    line: int
    sentence: str
    translation: bool = False

    def __str__(self) -> str:
        return f"{self.file}:{self.line}: {self.sentence}"


def read_keys(text: str, file: str, line: int, problems: list[Problem]) -> dict[str, object]:
    """Read what follows `# %%` on a cell line; a misspelt key is read as the nearest known one.

    Everything wrong is added to problems, and what can be read is returned.
    """
    keys: dict[str, object] = {}
    for key, value, junk in _TOKEN.findall(text):
        if junk:
            sentence = f'Cannot read {junk!r} on the cell line: write key="value" or key=true.'
            problems.append(Problem(file, line, sentence))
            continue
        if key not in _KEYS:
            near = difflib.get_close_matches(key, _KEYS, n=1, cutoff=0.5)
            help_ = f"did you mean {near[0]!r}?" if near else f"the keys are {', '.join(_KEYS)}."
            problems.append(Problem(file, line, f"There is no key {key!r}: {help_}"))
            if not near or near[0] in keys:
                continue
            key = near[0]  # read as meant, so that one slip is one problem
        elif key in keys:
            problems.append(Problem(file, line, f"The key {key!r} stands here twice."))
            continue
        try:
            keys[key] = json.loads(value)
        except ValueError:
            keys[key] = value
        if not _right_kind(key, keys[key]):
            wanted = _WANTED.get(key, "true")
            sentence = f"The key {key!r} takes {wanted}, not {value}."
            problems.append(Problem(file, line, sentence))
    return keys


def _right_kind(key: str, value: object) -> bool:
    if key == "tags":
        return isinstance(value, list) and all(isinstance(tag, str) for tag in value)
    if key in ("demo", "setup", "predict"):
        return value is True
    return isinstance(value, str) and re.fullmatch(_PATTERNS[key], value) is not None
