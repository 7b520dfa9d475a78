# misconception: TXT-08
def service_port(table, name, protocol="tcp"):
    for line in table.splitlines():
        words = line.partition("#")[0].split()
        if name in words[:1] + words[2:]:
            port, its_protocol = words[1].split("/")
            if its_protocol == protocol:
                return port
    raise KeyError(name)
