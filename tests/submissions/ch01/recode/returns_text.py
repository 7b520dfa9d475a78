# misconception: TXT-04
def recode(data, source, target):
    return data.decode(source)
