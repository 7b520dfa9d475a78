# misconception: PRT-15
def socket_owners(inode, proc="/proc"):
    owners = set()
    for name in os.listdir(proc):
        if not (name.isascii() and name.isdigit()):
            continue
        folder = f"{proc}/{name}/fd"
        try:
            numbers = os.listdir(folder)
        except OSError:
            continue
        for number in numbers:
            if os.readlink(f"{folder}/{number}") == f"socket:[{inode}]":
                owners.add(int(name))
    return sorted(owners)
