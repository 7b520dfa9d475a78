# misconception: STR-43
# The listener is not the line: it is needed for the next client.
def serve_once(listener: socket.socket, handler: Callable[[socket.socket, Address], None]) -> None:
    """Accept one connection, call handler(client, address), close client."""
    with listener:
        client, address = listener.accept()
        with client:
            handler(client, address)
