# misconception: STR-41
def recode(data, source, target):
    return data.decode(source).strip().encode(target)
