# misconception: none
def unix_echo_once(path):
    with open_socket("unix") as listener:
        listener.bind(path)
        try:
            listener.listen()
            client, _ = listener.accept()
            with client:
                all_of_it = b""
                while data := client.recv(65536):
                    all_of_it += data
                client.sendall(all_of_it)
        finally:
            os.unlink(path)
    return len(all_of_it)
