import re

LINE = re.compile(r"^(\S+)\s+(\d+)/(\w+)([^#\n]*)", re.MULTILINE)


def service_port(table, name, protocol="tcp"):
    for first, port, its_protocol, rest in LINE.findall(table):
        if first.startswith("#") or its_protocol != protocol:
            continue
        if name in (first, *rest.split()):
            return int(port)
    raise KeyError(f"{name}/{protocol}")
