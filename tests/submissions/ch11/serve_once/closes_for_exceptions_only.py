# misconception: STR-34
# KeyboardInterrupt is no Exception: Ctrl+C leaves the client open.
def serve_once(listener, handler):
    client, address = listener.accept()
    try:
        handler(client, address)
    except Exception:
        client.close()
        raise
    client.close()
