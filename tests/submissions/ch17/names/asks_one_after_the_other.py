# misconception: EPL-06
def names(mask):
    if mask & select.EPOLLERR:
        return {"EPOLLERR"}
    for name in ("IN", "PRI", "OUT", "HUP", "RDHUP", "ONESHOT", "ET"):
        if mask & getattr(select, f"EPOLL{name}"):
            return {f"EPOLL{name}"}
    return set()
