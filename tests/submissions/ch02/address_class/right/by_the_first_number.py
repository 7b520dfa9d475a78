def address_class(text):
    first = int(text.split(".")[0])
    for name, last in (("A", 127), ("B", 191), ("C", 223), ("D", 239)):
        if first <= last:
            return name
    return "E"
