NUMBERS = {str(n): n for n in range(256)}


def parse_ipv4(text):
    try:
        a, b, c, d = (NUMBERS[part] for part in text.split("."))
    except KeyError:
        raise ValueError(text) from None
    return (a * 256 + b) * 65536 + c * 256 + d
