"""Sentences in two languages: values in words, names, stories, what came instead of a value."""
