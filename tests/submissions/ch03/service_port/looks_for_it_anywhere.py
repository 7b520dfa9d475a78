# misconception: PRT-11
def service_port(table, name, protocol="tcp"):
    for line in table.splitlines():
        line = line.partition("#")[0]
        if name in line and f"/{protocol}" in line:
            return int(line.split()[1].split("/")[0])
    raise KeyError(name)
