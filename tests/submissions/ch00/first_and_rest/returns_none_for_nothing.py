# misconception: none
# The text asks for ValueError.
def first_and_rest(data: bytes) -> tuple[int, bytes]:
    """Return the first byte of data as a number and the other bytes; ValueError if there is none."""
    if data == b"":
        return None
    return data[0], data[1:]
