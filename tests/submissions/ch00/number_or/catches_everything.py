# misconception: MUX-02
# An except without a name catches the TypeError, too.
def number_or(text: str, default: int) -> int:
    """Return the number in text, as int() reads it, or default if int() finds none."""
    try:
        return int(text)
    except:
        return default
