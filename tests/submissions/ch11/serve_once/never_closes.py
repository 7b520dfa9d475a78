# misconception: STR-34
# The peer waits for an end that only the garbage collector may bring.
def serve_once(listener: socket.socket, handler: Callable[[socket.socket, Address], None]) -> None:
    """Accept one connection, call handler(client, address), close client."""
    client, address = listener.accept()
    handler(client, address)
    clients.append(client)


clients = []
