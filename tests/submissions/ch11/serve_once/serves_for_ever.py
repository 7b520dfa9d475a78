# misconception: CON-07
# Once is once: the second accept() waits for somebody who may never come.
def serve_once(listener: socket.socket, handler: Callable[[socket.socket, Address], None]) -> None:
    """Accept one connection, call handler(client, address), close client."""
    while True:
        client, address = listener.accept()
        with client:
            handler(client, address)
