"""environment.yml says what pyproject.toml says."""

import shutil
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]


def test_environment_yml_is_what_pyproject_toml_generates(tmp_path: Path) -> None:
    shutil.copy(ROOT / "pyproject.toml", tmp_path)
    generate = [sys.executable, "-m", "pyproject2conda", "project"]
    header = ["--custom-command", "make environment.yml"]
    subprocess.run([*generate, *header], cwd=tmp_path, check=True, capture_output=True)
    generated = (tmp_path / "environment.yml").read_text(encoding="utf-8")
    assert (ROOT / "environment.yml").read_text(encoding="utf-8") == generated, (
        "environment.yml is stale: run `make environment.yml`"
    )
