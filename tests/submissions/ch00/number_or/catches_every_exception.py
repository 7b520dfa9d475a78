# misconception: MUX-02
# Nearly everything is an Exception.
def number_or(text: str, default: int) -> int:
    """Return the number in text, as int() reads it, or default if int() finds none."""
    try:
        return int(text)
    except Exception:
        return default
