# misconception: PYT-04
# 0 is false, so `or` goes on to default.
def number_or(text: str, default: int) -> int:
    """Return the number in text, as int() reads it, or default if int() finds none."""
    try:
        return int(text) or default
    except ValueError:
        return default
