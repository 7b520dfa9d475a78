# misconception: STR-34
# Where handler raises, close() is skipped.
def serve_once(listener: socket.socket, handler: Callable[[socket.socket, Address], None]) -> None:
    """Accept one connection, call handler(client, address), close client."""
    client, address = listener.accept()
    handler(client, address)
    client.close()
