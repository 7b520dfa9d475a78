# misconception: none
# int("x") raises ValueError, and nobody catches it.
def number_or(text: str, default: int) -> int:
    """Return the number in text, as int() reads it, or default if int() finds none."""
    return int(text)
