"""Rules against one learner's cells: in practice, and in grading."""
