"""Every limit of time of the judge and of grading, stretched in one place.

`LIVE_SOCKETS_PATIENCE=3` makes all of them three times as long, those of netlib and of the tests,
too (see `netlib.deadlines`). What a limit counts is the time of `autograder.clock`, in which the
learner's code and the judge could run; only the absolute ends are wall time.
"""

from netlib.deadlines import PATIENCE, stretched

__all__ = [
    "ALL_LOAD_S",
    "BUSY_S",
    "CALL_S",
    "CELL_S",
    "CONNECT_S",
    "END_S",
    "EXERCISE_S",
    "HURRY",
    "HURRY_S",
    "JUDGE_S",
    "KILLED_S",
    "LEFT_S",
    "LOAD_S",
    "MESSAGE_S",
    "NBGRADER_S",
    "OVERTIME_S",
    "PATIENCE",
    "REST_S",
    "SCHEDULER_S",
    "SHRINK_S",
    "SLOW_S",
    "START_S",
    "STOP_S",
    "SUBMISSION_S",
    "SWEEP_S",
    "TAKEN_S",
    "UNIT_S",
    "WHERE_S",
    "WIRE_S",
    "stretched",
]

# -- one call of the learner's code -------------------------------------------------------------

CALL_S = stretched(1.4)
"""For a call that should return at once; then it counts as hanging."""

STOP_S = CALL_S
"""For a server to return after stop.set(): contracts say 0.5 s."""

WIRE_S = stretched(1.0)
"""For something to arrive from the learner's code."""

REST_S = stretched(0.5)
"""For a call to wait for something; else it is taken to be at work."""

TAKEN_S = stretched(0.25)
"""For the learner's code to read a piece of a stream."""

LEFT_S = stretched(0.1)
"""For what a call that has ended has left in the buffers."""

MESSAGE_S = stretched(0.5)
"""For the rest of a message of the guest's that has begun to arrive."""

WHERE_S = stretched(0.2)
"""For a call that hangs to say where."""

KILLED_S = stretched(1.0)
"""For a process that was killed to be gone."""

# -- loading the learner's cells ----------------------------------------------------------------

LOAD_S = stretched(1.0)
"""For one cell."""

ALL_LOAD_S = stretched(3.0)
"""For all cells together."""

SLOW_S = stretched(0.3)
"""For a cell, which is loaded for every exercise, before it counts as slow."""

# -- one exercise, one submission ---------------------------------------------------------------

EXERCISE_S = stretched(3.0)
"""For the failed rules of an exercise together; then the rest has to hurry."""

OVERTIME_S = stretched(0.5)
"""By which the last of them may end later, if a call in it hangs."""

HURRY, HURRY_S = 0.5, stretched(3.0)
"""How much of every limit the rest gets, and for how long; then it is not run."""

SHRINK_S = stretched(2.0)
"""For the failed rules of an exercise to be run again on simpler networks."""

SUBMISSION_S = stretched(40.0)
"""For all exercises of a submission."""

END_S = stretched(60.0)
"""For the same by the clock on the wall, whatever the machine did meanwhile: the absolute end."""

JUDGE_S = stretched(90.0)
"""For the judge itself, on the wall: then it must be broken."""

START_S, SWEEP_S = stretched(20.0), stretched(10.0)
"""For a sandbox to start, and for it to end what ran in it, on the wall: that is our own code."""

# -- a class, and its tools ---------------------------------------------------------------------

UNIT_S = 2 * JUDGE_S + stretched(10.0)
"""For one submission of a class: both draws."""

CONNECT_S, SCHEDULER_S = stretched(10.0), stretched(60.0)
"""For a Dask scheduler to answer, and to come back."""

BUSY_S = stretched(60.0)
"""For whoever writes to the gradebook: the formgrader, another nbgrader."""

NBGRADER_S = stretched(300.0)
"""For one command of nbgrader's."""

CELL_S = stretched(60.0)
"""For one cell of a solved notebook: a whole chapter has no more."""
