# misconception: none
# None is not text: it is to raise, but `not None` is true.
def number_or(text: str, default: int) -> int:
    """Return the number in text, as int() reads it, or default if int() finds none."""
    if not text:
        return default
    try:
        return int(text)
    except ValueError:
        return default
