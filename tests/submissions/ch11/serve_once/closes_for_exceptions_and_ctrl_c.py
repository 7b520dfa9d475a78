# misconception: STR-34
# sys.exit in a handler is neither.
def serve_once(
    listener: socket.socket,
    handler: Callable[[socket.socket, Address], None],
) -> None:
    """Accept a client, call handler(client, address), always close client."""
    client, address = listener.accept()
    try:
        handler(client, address)
    except (Exception, KeyboardInterrupt):
        client.close()
        raise
    client.close()
