# misconception: none
# Who looks once finds nobody: accept() is what waits.
def serve_once(listener: socket.socket, handler: Callable[[socket.socket, Address], None]) -> None:
    """Accept one connection, call handler(client, address), close client."""
    listener.setblocking(False)
    try:
        client, address = listener.accept()
    except BlockingIOError:
        return
    with client:
        handler(client, address)
