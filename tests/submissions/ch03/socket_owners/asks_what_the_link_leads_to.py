# misconception: none
def socket_owners(inode, proc="/proc"):
    owners = set()
    for name in os.listdir(proc):
        if not (name.isascii() and name.isdigit()):
            continue
        folder = f"{proc}/{name}/fd"
        with contextlib.suppress(OSError):
            for number in os.listdir(folder):
                with contextlib.suppress(OSError):
                    if os.stat(f"{folder}/{number}").st_ino == inode:
                        owners.add(int(name))
    return sorted(owners)
