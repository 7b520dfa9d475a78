# misconception: UDP-01
# An address is one argument, made of two.
def serve_once(listener: socket.socket, handler: Callable[[socket.socket, Address], None]) -> None:
    """Accept one connection, call handler(client, address), close client."""
    client, (host, port) = listener.accept()
    with client:
        handler(client, host, port)
