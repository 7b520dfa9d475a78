# misconception: none
def names(mask):
    known = ("IN", "PRI", "OUT", "ERR", "HUP", "RDHUP", "ONESHOT", "ET")
    return [f"EPOLL{name}" for name in known if mask & getattr(select, f"EPOLL{name}")]
