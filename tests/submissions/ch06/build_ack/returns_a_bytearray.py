# misconception: none
# A bytearray is no bytes.
def build_ack(block):
    packet = bytearray()
    packet += struct.pack("!HH", 4, block)
    return packet
