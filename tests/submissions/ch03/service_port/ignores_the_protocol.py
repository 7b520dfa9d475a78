# misconception: PRT-03
def service_port(table, name, protocol="tcp"):
    for line in table.splitlines():
        words = line.partition("#")[0].split()
        if name in words[:1] + words[2:]:
            return int(words[1].split("/")[0])
    raise KeyError(name)
