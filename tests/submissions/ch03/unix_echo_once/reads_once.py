# misconception: STR-01
def unix_echo_once(path):
    with open_socket("unix") as listener:
        listener.bind(path)
        try:
            listener.listen()
            client, _ = listener.accept()
            with client:
                data = client.recv(65536)
                client.sendall(data)
        finally:
            os.unlink(path)
    return len(data)
