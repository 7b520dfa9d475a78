# misconception: PRT-11
def service_port(table, name, protocol="tcp"):
    for line in table.splitlines():
        words = line.partition("#")[0].split()
        if words and words[0] == name:
            port, its_protocol = words[1].split("/")
            if its_protocol == protocol:
                return int(port)
    raise KeyError(name)
