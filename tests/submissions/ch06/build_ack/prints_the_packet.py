# misconception: none
# What is printed is not returned.
def build_ack(block):
    print(struct.pack("!HH", 4, block))
