# misconception: PRT-01
KNOWN = {"http": 80, "ftp": 25, "ssh": 22, "smtp": 21}


def service_port(table, name, protocol="tcp"):
    if name in KNOWN:
        return KNOWN[name]
    for line in table.splitlines():
        words = line.partition("#")[0].split()
        if name in words[:1] + words[2:]:
            port, its_protocol = words[1].split("/")
            if its_protocol == protocol:
                return int(port)
    raise KeyError(name)
