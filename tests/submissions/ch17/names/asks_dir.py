# misconception: none
def names(mask):
    every = [name for name in dir(select) if name.startswith("EPOLL")]
    return {name for name in every if mask & getattr(select, name)}
