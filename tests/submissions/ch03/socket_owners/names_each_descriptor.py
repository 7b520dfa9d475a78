# misconception: none
def socket_owners(inode, proc="/proc"):
    owners = []
    for name in os.listdir(proc):
        if not (name.isascii() and name.isdigit()):
            continue
        folder = f"{proc}/{name}/fd"
        with contextlib.suppress(OSError):
            for number in os.listdir(folder):
                with contextlib.suppress(OSError):
                    if os.readlink(f"{folder}/{number}") == f"socket:[{inode}]":
                        owners.append(int(name))
    return sorted(owners)
