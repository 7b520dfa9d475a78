"""What a rule plays on: the learner's code to call, and the network around it."""
