# misconception: STR-34
# Where the peer has gone, shutdown raises (ENOTCONN), and close() is skipped.
def serve_once(listener: socket.socket, handler: Callable[[socket.socket, Address], None]) -> None:
    """Accept one connection, call handler(client, address), close client."""
    client, address = listener.accept()
    try:
        handler(client, address)
    finally:
        client.shutdown(socket.SHUT_RDWR)
        client.close()
