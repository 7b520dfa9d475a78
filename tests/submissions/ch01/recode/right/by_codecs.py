import codecs


def recode(data, source, target):
    text, _ = codecs.lookup(source).decode(data, "strict")
    return codecs.lookup(target).encode(text, "strict")[0]
