# right: contextlib's closing, and a polling accept
import contextlib


def serve_once(listener: socket.socket, handler: Callable[[socket.socket, Address], None]) -> None:
    """Accept one connection, call handler(client, address), close client."""
    listener.settimeout(0.05)
    while True:
        with contextlib.suppress(TimeoutError):
            client, address = listener.accept()
            break
    with contextlib.closing(client):
        client.settimeout(None)
        handler(client, address)
