import subprocess
import sys

import pytest

from netlib import errors


@pytest.mark.parametrize(
    ("name", "parent"),
    [
        ("NetlibError", Exception),
        ("WireError", errors.NetlibError),
        ("Truncated", errors.WireError),
        ("Malformed", errors.WireError),
        ("LanError", errors.NetlibError),
        ("Unavailable", errors.NetlibError),
    ],
)
def test_the_family_of_errors(name: str, parent: type) -> None:
    assert getattr(errors, name).__bases__ == (parent,)
    assert name in errors.__all__


def test_nothing_is_an_os_error_because_learners_must_meet_the_real_one() -> None:
    assert not issubclass(errors.NetlibError, OSError)


def test_errors_import_nothing_so_that_a_sandbox_can_hold_this_one_file() -> None:
    code = (
        "import sys; before = set(sys.modules); import netlib.errors; "
        "print(sorted(set(sys.modules) - before))"
    )
    result = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True)
    assert result.stdout == "['netlib', 'netlib.errors']\n"
