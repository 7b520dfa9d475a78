"""Where a submission's code runs while it is graded, and the process that judges it."""
