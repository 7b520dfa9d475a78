# misconception: none
# 4.5 is a number, but not one that int() reads.
def number_or(text: str, default: int) -> int:
    """Return the number in text, as int() reads it, or default if int() finds none."""
    try:
        return int(float(text))
    except ValueError:
        return default
