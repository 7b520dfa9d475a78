# misconception: MUX-02
def recode(data, source, target):
    try:
        return data.decode(source).encode(target)
    except UnicodeError:
        return b""
