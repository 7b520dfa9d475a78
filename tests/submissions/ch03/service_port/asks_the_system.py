# misconception: none
def service_port(table, name, protocol="tcp"):
    return socket.getservbyname(name, protocol)
