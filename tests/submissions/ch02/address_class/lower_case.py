# misconception: none
def address_class(text):
    first = parse_ipv4(text) >> 24
    return "abcde"[sum(first >= low for low in (128, 192, 224, 240))]
