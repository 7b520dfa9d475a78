# misconception: none
def unix_echo_once(path):
    count = 0
    with open_socket("unix") as listener:
        listener.bind(path)
        try:
            listener.listen()
            client, _ = listener.accept()
            with client:
                while data := client.recv(65536):
                    client.sendall(data)
                    count += len(data)
        except ConnectionError:
            pass
        finally:
            os.unlink(path)
    return count
