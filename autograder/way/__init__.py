"""The learner's way: how far they have come, where each chapter leads, and what is next."""
