"""What the file server of the classroom notes does with a name that comes from the network.

It is written anew, with its mistake: whoever may ask it can read what it can read. Chapter 07
runs it in a scratch folder. Its sockets are left out.
"""

__all__ = ["content"]


def content(file_name: str) -> bytes | None:
    """Return the bytes of the file, or None if there is none."""
    try:
        with open(file_name, "rb") as f:
            return f.read()
    except:  # noqa: E722  # as in the notes, whatever the reason is
        print(f"there is no file {file_name}")
        return None
