# misconception: PRT-08, PRT-03, PRT-04
def is_port_taken(port, kind="tcp", host="127.0.0.1"):
    with open("/proc/net/tcp") as file:
        for line in file.readlines()[1:]:
            words = line.split()
            if words[3] == "0A" and words[1].endswith(f":{port:04X}"):
                return True
    return False
