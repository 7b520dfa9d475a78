"""The judge's end of the pipe: processes with the learner's cells, and what they can be asked."""
