# misconception: EPL-10
def names(mask):
    known = ("IN", "PRI", "OUT", "ERR", "HUP", "RDHUP", "ONESHOT", "ET")
    found = {f"EPOLL{name}" for name in known if mask & getattr(select, f"EPOLL{name}")}
    return found if "EPOLLET" in found else found | {"EPOLLLT"}
