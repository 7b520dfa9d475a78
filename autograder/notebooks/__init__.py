"""Notebooks: chapters as they are built, and submissions that nobody has vouched for."""
