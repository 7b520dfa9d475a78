def unix_echo_once(path):
    listener = open_socket("unix")
    try:
        listener.bind(path)
        try:
            listener.listen(1)
            client, _ = listener.accept()
        finally:
            os.unlink(path)
    finally:
        listener.close()
    count = 0
    with client:
        while True:
            data = client.recv(1 << 20)
            if not data:
                return count
            count += len(data)
            while data:
                data = data[client.send(data) :]
