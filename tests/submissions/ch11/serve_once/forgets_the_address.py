# misconception: none
# handler takes two arguments.
def serve_once(listener: socket.socket, handler: Callable[[socket.socket, Address], None]) -> None:
    """Accept one connection, call handler(client, address), close client."""
    client, _ = listener.accept()
    with client:
        handler(client)
