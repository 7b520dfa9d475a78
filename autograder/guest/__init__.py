"""The side where a learner's code runs: the only folder of ours that a sandbox mounts.

Its modules import the standard library and each other, so that `python guest DESCRIPTOR` starts
it where nothing else of the course is (see `__main__`). Nothing here is trusted by whoever asks.
"""
