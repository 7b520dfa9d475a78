"""Values that people look at: a notebook's text form is their own, whatever they extend."""

from typing import Any

import pytest
from IPython.core.formatters import DisplayFormatter

from netlib.ladder import Ladder
from netlib.lan.site import Commands
from netlib.lan.tables import Table
from netlib.states import states
from netlib.trace import Message


@pytest.mark.parametrize(
    "value",
    [
        Commands(("ip link add anna type dummy", "ip link set anna up")),
        Table(()),
        states(),
        Ladder([Message("anna", "ben", "hi")]),
    ],
    ids=lambda value: type(value).__name__,
)
def test_a_notebook_shows_the_text_form(value: Any) -> None:
    shown, _ = DisplayFormatter().format(value)
    assert shown["text/plain"] == str(value)
