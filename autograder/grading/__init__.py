"""A class: many submissions into one gradebook."""
