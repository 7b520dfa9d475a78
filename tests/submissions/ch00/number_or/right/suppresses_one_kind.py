# right: contextlib.suppress names the same one kind
import contextlib


def number_or(text: str, default: int) -> int:
    """Return the number in text, as int() reads it, or default if int() finds none."""
    with contextlib.suppress(ValueError):
        return int(text)
    return default
