# misconception: TXT-01
def recode(data, source, target):
    return data.decode(source).encode("utf-8")
