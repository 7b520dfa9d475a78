# misconception: TXT-16
def recode(data, source, target):
    return data.decode(source).encode(target, errors="xmlcharrefreplace")
