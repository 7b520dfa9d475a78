# misconception: none
def service_port(table, name, protocol="tcp"):
    for line in table.splitlines():
        words = line.partition("#")[0].split()
        port, its_protocol = words[1].split("/")
        if name in words[:1] + words[2:] and its_protocol == protocol:
            return int(port)
    raise KeyError(name)
