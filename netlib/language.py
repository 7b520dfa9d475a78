"""The language of the reader, for what says a sentence of its own accord.

English, until a notebook in Chinese says otherwise by what it imports.
"""

__all__ = ["chosen", "use"]

_LANGUAGES = ("en", "zh")
_chosen = "en"


def use(language: str) -> None:
    """Say everything in this language from now on: "en" or "zh"."""
    global _chosen
    if language not in _LANGUAGES:
        raise ValueError(f"expected a language, en or zh; got {language!r}")
    _chosen = language


def chosen() -> str:
    """Return the language that was chosen."""
    return _chosen
