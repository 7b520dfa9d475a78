# right: shutdown before close says goodbye a little earlier
def serve_once(listener: socket.socket, handler: Callable[[socket.socket, Address], None]) -> None:
    """Accept one connection, call handler(client, address), close client."""
    client, address = listener.accept()
    with client:
        try:
            handler(client, address)
        finally:
            client.shutdown(socket.SHUT_WR)
