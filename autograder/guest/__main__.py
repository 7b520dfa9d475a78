"""Starts process 1 of a sandbox: `python -I guest DESCRIPTOR [MODULE ...]`, see `first_process`.

Beside this folder lies `course`, which holds netlib.errors: what solutions may import of ours.
"""

import os
import sys

BESIDE = os.path.dirname(os.path.dirname(os.path.abspath(__file__)))

sys.path[0] = BESIDE
from guest.first_process import main  # type: ignore[import-not-found]  # noqa: E402

sys.path.remove(BESIDE)
sys.path.append(os.path.join(BESIDE, "course"))
for name in [name for name in sys.modules if name.partition(".")[0] == "guest"]:
    del sys.modules[name]  # no more than practice has
main(int(sys.argv[1]), sys.argv[2:])
