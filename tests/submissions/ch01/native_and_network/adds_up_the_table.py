# misconception: TXT-07
SIZES = {"b": 1, "B": 1, "h": 2, "H": 2, "i": 4, "I": 4, "l": 4, "L": 4, "q": 8, "Q": 8}
SIZES |= {"?": 1, "e": 2, "f": 4, "d": 8}


def native_and_network(fmt):
    size = sum(SIZES[letter] for letter in fmt)
    return size, size
