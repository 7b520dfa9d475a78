# misconception: none
# A sign and blanks are no digits, but int() reads them.
def number_or(text: str, default: int) -> int:
    """Return the number in text, as int() reads it, or default if int() finds none."""
    return int(text) if text.isdigit() else default
