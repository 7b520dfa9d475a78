"""The farm: as many at a time as it may, and every unit has its end."""

import json
import os
import shutil
import signal
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from autograder.grading import farm
from autograder.grading.farm import Event, Unit
from netlib.deadlines import stretched

DEADLINE_S = stretched(60)

pytestmark = [
    pytest.mark.filterwarnings("ignore:This process .* is multi-threaded"),
    pytest.mark.skipif(shutil.which("bwrap") is None, reason="no bubblewrap"),
]

Send = Callable[[bytes], Any]


def units(*students: str) -> list[Unit]:
    return [Unit(student, Path("none.ipynb"), "ch04_udp") for student in students]


def run(
    judge_one: Callable[[Unit, bool, Send], None], students: list[str], workers: int
) -> list[Event]:
    sent: list[bytes] = []
    farm._farm(units(*students), workers, judge_one, sent.append)
    return [Event(**json.loads(line)) for line in sent]


def well(answer: Send) -> None:
    answer(json.dumps({"kind": "judged", "why": ""}).encode())


@pytest.mark.parametrize("workers", [1, 3, 10])
def test_no_more_are_judged_at_once_than_there_are_workers(tmp_path: Path, workers: int) -> None:
    here, met = tmp_path / "here", tmp_path / "met"
    here.mkdir()

    def judge_one(unit: Unit, alone: bool, answer: Send) -> None:
        (here / unit.student).touch()
        if unit.student != "s0":
            met.touch()
        end = time.monotonic() + DEADLINE_S
        while unit.student == "s0" and workers > 1 and not met.exists():
            assert time.monotonic() < end
            time.sleep(0.001)  # the first one stays until somebody else has come
        running = len(list(here.iterdir()))
        (here / unit.student).unlink()
        answer(json.dumps({"kind": "judged", "why": str(running)}).encode())

    students = [f"s{number}" for number in range(6)]
    events = run(judge_one, students, workers)
    most = max(int(event.why) for event in events if event.kind == "judged")
    assert most <= workers
    assert most > 1 or workers == 1
    assert [event.student for event in events if event.kind == "started"] == students
    assert sorted(event.student for event in events if event.kind == "judged") == students


def test_each_way_to_end_is_an_event(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(farm, "UNIT_S", 1)

    def judge_one(unit: Unit, alone: bool, answer: Send) -> None:
        match unit.student:
            case "killed":
                os.kill(os.getpid(), signal.SIGKILL)
            case "broken":
                raise LookupError("there is no Chinese release")
            case "hangs":
                time.sleep(1000)
        well(answer)

    ends = {e.student: e for e in run(judge_one, ["killed", "broken", "hangs", "well"], 2)}
    assert ends["well"] == Event("judged", "well")
    assert ends["killed"].kind == "refused"
    assert ends["killed"].why == "The process that judged it was lost: it was ended by SIGKILL."
    assert ends["hangs"].why == "Judging it did not end within 1 s: report this."
    assert ends["broken"].kind == "open"
    assert "there is no Chinese release" in ends["broken"].said


def test_who_has_no_result_is_judged_again_last_and_alone(tmp_path: Path) -> None:
    def judge_one(unit: Unit, alone: bool, answer: Send) -> None:
        (tmp_path / unit.student).touch()
        beside = len(list(tmp_path.iterdir())) - 1
        if unit.student == "well" or (alone and unit.student == "late"):
            well(answer)
        else:
            answer(json.dumps({"kind": "refused", "why": f"{alone}, {beside} beside"}).encode())
        (tmp_path / unit.student).unlink()

    events = run(judge_one, ["late", "broken", "well"], 3)
    ends = {event.student: event for event in events if event.kind != "started"}
    assert [event.student for event in events if event.kind == "started"][:3] == [
        "late",
        "broken",
        "well",
    ]
    assert ends["well"].kind == ends["late"].kind == "judged"
    assert (ends["broken"].kind, ends["broken"].why) == ("refused", "True, 0 beside")
    assert len(events) == 5 + 3  # two are begun twice, and each has one end


def test_a_machine_that_cannot_judge_says_so_once(monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(assignment: str) -> None:
        raise farm.Unjudgeable("Grading needs bubblewrap.")

    monkeypatch.setattr(farm, "warm_up", refuse)
    assert run(lambda unit, alone, answer: well(answer), ["anna", "ben"], 2) == [
        Event("unable", why="Grading needs bubblewrap.")
    ]


def test_a_local_farm_tells_what_happens(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(farm, "_judge_one", lambda version, anew, unit, alone, answer: well(answer))
    local = farm.LocalFarm(units("anna", "ben"), "v", 1)
    events = [event for event in local.events() if event.kind != "waiting"]
    local.close()
    assert events == [
        Event(kind, student) for student in ("anna", "ben") for kind in ("started", "judged")
    ]


def test_a_farm_that_dies_is_an_error(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(farm, "_farm", lambda *_: os.kill(os.getpid(), signal.SIGKILL))
    local = farm.LocalFarm(units("anna"), "v", 1)
    with pytest.raises(farm.FarmError, match="Judging has stopped: it was ended by SIGKILL."):
        list(local.events())
