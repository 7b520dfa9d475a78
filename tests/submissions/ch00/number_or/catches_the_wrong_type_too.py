# misconception: MUX-02
# TypeError is to pass on.
def number_or(text: str, default: int) -> int:
    """Return the number in text, as int() reads it, or default if int() finds none."""
    try:
        return int(text)
    except (ValueError, TypeError):
        return default
