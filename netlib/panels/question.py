"""A question on the page, with choices or room for a word or a number."""

import html
from collections.abc import Callable, Mapping
from typing import Any

__all__ = ["question"]


def question(
    asked: str, choices: Mapping[str, str], answered: Callable[[str], str], blank: str = ""
) -> Any:
    """Return an ipywidgets widget that asks.

    Args:
        choices: a value and its words each; if there are none, a text is written.
        answered: takes the value or the text, at each answer; returns what to say to that.
        blank: stands where a text will.

    Raises:
        ImportError: ipywidgets is not installed.
    """
    import ipywidgets  # type: ignore[import-untyped]  # it says no types

    wide = {"width": "auto"}
    if choices:
        options = [(words, value) for value, words in choices.items()]
        field = ipywidgets.RadioButtons(options=options, value=None, layout=wide)
    else:
        field = ipywidgets.Text(continuous_update=False, placeholder=blank)
    said = ipywidgets.HTML()

    def changed(change: Any) -> None:
        value = str(change["new"] or "").strip()
        if value:
            said.value = html.escape(answered(value))

    field.observe(changed, "value")
    return ipywidgets.VBox([ipywidgets.HTML(html.escape(asked), layout=wide), field, said])
