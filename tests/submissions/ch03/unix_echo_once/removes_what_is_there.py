# misconception: PRT-14
def unix_echo_once(path):
    if os.path.exists(path):
        os.unlink(path)
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
        finally:
            os.unlink(path)
    return count
