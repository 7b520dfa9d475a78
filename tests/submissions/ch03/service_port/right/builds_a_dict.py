def service_port(table, name, protocol="tcp"):
    found = {}
    for line in table.split("\n"):
        line, _, _ = line.partition("#")
        if line.strip():
            first, where, *others = line.split()
            port, its_protocol = where.split("/")
            for each in (first, *others):
                found[each, its_protocol] = int(port)
    return found[name, protocol]
