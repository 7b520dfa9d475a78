# misconception: PYT-08
# b"" comes again and again, and nobody looks.
def read_all(source) -> bytes:
    """Call source.read() until it gives b"", return everything joined, and close source once."""
    data = b""
    try:
        while True:
            data += source.read()
    finally:
        source.close()
    return data
