# misconception: TXT-01
def recode(data, source, target):
    return data.decode(target).encode(source)
