# misconception: TXT-03
def unix_echo_once(path):
    count = 0
    with open_socket("unix") as listener:
        listener.bind(path)
        try:
            listener.listen()
            client, _ = listener.accept()
            with client:
                while text := client.recv(65536).decode():
                    client.sendall(text.encode())
                    count += len(text.encode())
        finally:
            os.unlink(path)
    return count
