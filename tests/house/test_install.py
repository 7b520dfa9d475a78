"""What installing shows, from what pip prints."""

import sys
from pathlib import Path

import pytest

sys.path.insert(0, str(Path(__file__).resolve().parents[2] / "tools"))
import install

PIP = [
    "Obtaining file:///course\n",
    "  Preparing metadata (pyproject.toml): finished with status 'done'\n",
    *(f"Collecting package-{number}<9,>=8.1 (from live-sockets==1)\n" for number in range(60)),
    "  Using cached package.whl.metadata (2.4 kB)\n",
    "Installing collected packages: webencodings, widgetsnbextension, traitlets\n",
]


def test_lines_that_stay_are_few() -> None:
    assert list(install.progress(PIP, stays=True)) == [
        "  25  package-23",
        "  50  package-48",
        "  installing 3 packages",
    ]


def test_on_a_screen_every_package_is_named() -> None:
    shown = list(install.progress(PIP, stays=False))
    assert len(shown) == 62
    assert shown[0] == "  1  file"
    assert shown[1] == "  2  package-0"


def test_pips_own_words_and_code_where_it_fails(capfd: pytest.CaptureFixture[str]) -> None:
    assert install.main(["--no-index", "no-such-package-of-anybody"]) != 0
    assert "no-such-package-of-anybody" in capfd.readouterr().err
