"""nbgrader's configuration of a course: as values, and what it says about grading as a hash."""

import hashlib
import inspect
from collections.abc import Iterator, Mapping
from contextlib import suppress
from importlib.util import find_spec
from pathlib import Path
from typing import Any

from nbgrader.coursedir import CourseDirectory  # type: ignore[import-untyped]  # no types
from traitlets.config.loader import PyFileConfigLoader

__all__ = ["configured", "hash_of"]

LOCAL = "nbgrader_config_local.py"

# Where things are, who shares them and what is logged decides no grade.
_ELSEWHERE = ("Application", "CourseDirectory", "Exchange", "Export", "Formgrad", "GenerateF")


def configured(root: Path) -> tuple[Any, Path]:
    """Return the course directory and the exchange that a course's nbgrader_config.py names.

    Raises whatever running that file raises.
    """
    config = PyFileConfigLoader("nbgrader_config.py", path=str(root)).load_config()
    return CourseDirectory(config=config), Path(config.Exchange.root)


def hash_of(config: Mapping[str, Any], root: Path | None = None) -> str:
    """Return the hash of a configuration, of the code of plugins that it names, and of what is
    local to the course in root, where plugins may stand, too."""
    local = root / LOCAL if root is not None else None
    said = hashlib.sha256(local.read_bytes() if local is not None and local.is_file() else b"")
    for section in sorted(config):
        if not section.startswith(_ELSEWHERE):
            for part in _parts(config[section]):
                said.update(f"{section} {part}\n".encode(errors="replace"))
    return said.hexdigest()


def _parts(value: Any) -> Iterator[str]:
    if isinstance(value, Mapping):
        for name in sorted(value, key=str):
            yield from (f"{name} {part}" for part in _parts(value[name]))
    elif isinstance(value, list | tuple):
        for number, each in enumerate(value):
            yield from (f"{number} {part}" for part in _parts(each))
    elif callable(value):
        yield f"{getattr(value, '__qualname__', type(value))} {_source(value)}"
    elif hasattr(value, "to_dict"):  # what was appended to a list that is not known yet
        yield from _parts(value.to_dict())
    else:
        yield repr(value)
        if isinstance(value, str) and value.replace(".", "_").isidentifier():
            yield _module(value)


def _source(value: Any) -> str:
    try:
        return inspect.getsource(value)
    except (OSError, TypeError):
        return ""


def _module(name: str) -> str:
    """Return the code of the module in which something lies that is named with its module."""
    module, _, _ = name.rpartition(".")
    with suppress(Exception):  # it is no module; or one that breaks, which nbgrader will say
        if module and (spec := find_spec(module)) is not None and spec.origin is not None:
            return hashlib.sha256(Path(spec.origin).read_bytes()).hexdigest()
    return ""
