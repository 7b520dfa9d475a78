import re
from pathlib import Path


def socket_owners(inode, proc="/proc"):
    owners = []
    for process in Path(proc).iterdir():
        if not re.fullmatch("[0-9]+", process.name):
            continue
        try:
            links = list((process / "fd").iterdir())
        except (FileNotFoundError, NotADirectoryError, PermissionError):
            continue
        for link in filter(Path.is_symlink, links):
            try:
                target = os.readlink(link)
            except (FileNotFoundError, PermissionError):
                continue
            if target == f"socket:[{inode}]":
                owners.append(int(process.name))
                break
    owners.sort()
    return owners
