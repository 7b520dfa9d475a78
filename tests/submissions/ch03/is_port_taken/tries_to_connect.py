# misconception: PRT-08
def is_port_taken(port, kind="tcp", host="127.0.0.1"):
    with open_socket(kind) as sock:
        return sock.connect_ex((host, port)) == 0
