"""nbgrader's configuration: what decides a grade is in the hash, and nothing else is."""

from pathlib import Path

import pytest
from traitlets.config import Config

from autograder.nbgrader_bridge.configuration import configured, hash_of

# nbgrader 0.9.6 and the libraries below it warn of their own future; that is not ours to mend.
pytestmark = pytest.mark.filterwarnings("ignore")

ROOT = Path(__file__).resolve().parents[2]


def test_a_late_policy_and_a_plugins_code_are_in_it(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.syspath_prepend(tmp_path)
    plugin = tmp_path / "late_policy_of_a_test.py"
    seen = [hash_of(Config())]

    def is_new(config: Config) -> bool:
        seen.append(hash_of(config))
        assert hash_of(config) == seen[-1]
        return seen[-1] not in seen[:-1]

    assert is_new(Config({"LateSubmissionPlugin": {"penalty_method": "zero"}}))
    ours = Config({"AssignLatePenalties": {"plugin_class": f"{plugin.stem}.Ours"}})
    assert is_new(ours)
    plugin.write_text("class Ours: pass")
    assert is_new(ours)
    plugin.write_text("class Ours: late = True")
    assert is_new(ours)
    assert is_new(Config({"Autograde": {"post_convert_hook": configured}}))
    steps = Config()
    steps.Autograde.autograde_preprocessors.append("a.B")
    assert is_new(steps)


@pytest.mark.parametrize("section", ["Exchange", "CourseDirectory", "Application", "ExportApp"])
def test_what_decides_nothing_is_not(section: str) -> None:
    assert hash_of(Config({section: {"x": 1}})) == hash_of(Config())


def test_the_local_file_is_read_and_does_not_undo_the_judge(tmp_path: Path) -> None:
    (tmp_path / "nbgrader_config.py").write_bytes((ROOT / "nbgrader_config.py").read_bytes())
    (tmp_path / "nbgrader_config_local.py").write_text(
        'LANGUAGE, EXCHANGE = "zh", "/srv/there"\n'
        'c.Autograde.exporter_class = "builtins.dict"\n'
        "c.CourseDirectory.groupshared = True\n"
    )
    coursedir, exchange = configured(tmp_path)
    assert exchange == Path("/srv/there")
    assert coursedir.source_directory == "source/zh"
    assert coursedir.groupshared
    assert coursedir.config.Autograde.exporter_class.startswith("autograder.nbgrader_bridge.")
