# right: try, except, else
def number_or(text: str, default: int) -> int:
    """Return the number in text, as int() reads it, or default if int() finds none."""
    try:
        number = int(text)
    except ValueError:
        number = default
    else:
        assert isinstance(number, int)
    return number
