# misconception: PRT-11
def service_port(table, name, protocol="tcp"):
    for line in table.splitlines():
        words = line.split()
        if len(words) < 2 or words[0].startswith("#"):
            continue
        port, _, its_protocol = words[1].partition("/")
        if name in words[:1] + words[2:] and its_protocol == protocol:
            return int(port)
    raise KeyError(name)
