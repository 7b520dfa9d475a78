# misconception: PRT-14
def unix_echo_once(path):
    count = 0
    try:
        with open_socket("unix") as listener:
            listener.bind(path)
            listener.listen()
            client, _ = listener.accept()
            with client:
                while data := client.recv(65536):
                    client.sendall(data)
                    count += len(data)
    finally:
        os.unlink(path)
    return count
