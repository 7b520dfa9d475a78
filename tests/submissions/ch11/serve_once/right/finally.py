# right: try and finally instead of with
def serve_once(listener: socket.socket, handler: Callable[[socket.socket, Address], None]) -> None:
    """Accept one connection, call handler(client, address), close client."""
    client, address = listener.accept()
    try:
        handler(client, address)
    finally:
        client.close()
