# misconception: none
def service_port(table, name, protocol="tcp"):
    for line in table.splitlines():
        words = line.partition("#")[0].split(" ")
        if len(words) > 1 and name in words[:1] + words[2:]:
            port, _, its_protocol = words[1].partition("/")
            if its_protocol == protocol:
                return int(port)
    raise KeyError(name)
