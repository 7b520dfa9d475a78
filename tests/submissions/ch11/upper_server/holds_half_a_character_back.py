# misconception: TXT-13
# The decoder waits for whole characters, which is right for text; upper() turns ß into SS.
import codecs


def upper_server(listener: socket.socket, stop: threading.Event) -> int:
    """Serve clients one after the other until stop is set; return how many were accepted."""
    accepted = 0
    listener.settimeout(0.1)
    while not stop.is_set():
        try:
            client, _ = listener.accept()
        except TimeoutError:
            continue
        accepted += 1
        decoder = codecs.getincrementaldecoder("utf-8")("surrogateescape")
        with client:
            try:
                while not stop.is_set():
                    client.settimeout(0.1)
                    try:
                        data = client.recv(4096)
                    except TimeoutError:
                        continue
                    text = decoder.decode(data, final=not data)
                    client.settimeout(None)
                    client.sendall(text.upper().encode("utf-8", "surrogateescape"))
                    if not data:
                        break
            except ConnectionError:
                continue
    return accepted
