"""The old notes' file server opens whatever name it is sent."""

import contextlib
from pathlib import Path

import pytest

from netlib.oldnotes.files import content


@pytest.mark.parametrize("name", ["../secret", "{0}/secret", "link"])
def test_a_name_that_leads_out_is_opened(name: str, tmp_path: Path) -> None:
    (tmp_path / "secret").write_bytes(b"SECRET")
    served = tmp_path / "served"
    served.mkdir()
    (served / "link").symlink_to(tmp_path / "secret")
    with contextlib.chdir(served):
        assert content(name.format(tmp_path)) == b"SECRET"


def test_a_missing_file_is_none(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert content(str(tmp_path / "nothing")) is None
    assert "there is no file" in capsys.readouterr().out
