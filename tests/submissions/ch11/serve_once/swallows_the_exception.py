# misconception: MUX-02
# client is closed, but nobody hears that handler failed.
def serve_once(listener: socket.socket, handler: Callable[[socket.socket, Address], None]) -> None:
    """Accept one connection, call handler(client, address), close client."""
    client, address = listener.accept()
    try:
        handler(client, address)
    except Exception:
        pass
    finally:
        client.close()
