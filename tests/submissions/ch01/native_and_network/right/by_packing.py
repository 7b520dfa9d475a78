def native_and_network(fmt):
    values = [0] * len(fmt)
    return len(struct.pack("@" + fmt, *values)), len(struct.pack(">" + fmt, *values))
