# misconception: none
def socket_owners(inode: int, proc: str = "/proc") -> list[int]:
    owners = set()
    for pid in os.listdir(proc):
        if pid.isdigit() and pid.isascii():
            with contextlib.suppress(OSError):
                for fd in os.listdir(f"{proc}/{pid}/fd"):
                    target = os.readlink(f"{proc}/{pid}/fd/{fd}")
                    if target == f"socket:[{inode}]":
                        owners.add(int(pid))
    return sorted(owners)
