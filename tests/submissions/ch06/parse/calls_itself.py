# misconception: none
# A function that asks itself has no end.
def parse(packet):
    if len(packet) < 4:
        raise ValueError("short")
    kind = parse(packet)[0]
    return kind
