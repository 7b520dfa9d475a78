import selectors


def select_echo(listener, stop):
    count = 0
    with selectors.DefaultSelector() as selector:
        selector.register(listener, selectors.EVENT_READ)
        while not stop.is_set():
            for key, mask in selector.select(0.1):
                if key.data is None:
                    if sock := try_accept(listener):
                        count += 1
                        selector.register(sock, selectors.EVENT_READ, EchoClient(sock))
                    continue
                client = key.data
                if mask & selectors.EVENT_READ:
                    client.on_readable()
                if mask & selectors.EVENT_WRITE:
                    client.on_writable()
                reads, writes = client.wants()
                wanted = reads * selectors.EVENT_READ | writes * selectors.EVENT_WRITE
                if client.done():
                    selector.unregister(key.fileobj)
                    key.fileobj.close()
                else:
                    selector.modify(key.fileobj, wanted, client)
        for key in list(selector.get_map().values()):
            if key.data is not None:
                key.fileobj.close()
    return count
