# misconception: none
def service_port(table, name, protocol="tcp"):
    found = {}
    for line in table.splitlines():
        words = line.partition("#")[0].split()
        for word in words[:1] + words[2:]:
            found[word] = words[1].split("/")
    port, its_protocol = found[name]
    if its_protocol != protocol:
        raise KeyError(name)
    return int(port)
