"""The Internet checksum of IP, ICMP, UDP and TCP (RFC 1071)."""

__all__ = ["internet_checksum"]


def internet_checksum(data: bytes) -> int:
    """Return the one's complement of the one's complement sum of data's 16-bit words.

    Over bytes that already hold their right checksum it is 0. An odd last byte counts as
    the first half of a word.

    Source: RFC 1071, sections 1 and 2.
    """
    number = int.from_bytes(data) << 8 * (len(data) % 2)
    # Adding words with the carry brought round is arithmetic modulo 0xFFFF; as in every sum
    # of this kind, only nothing but zeros adds up to 0: any other multiple is 0xFFFF.
    total = number % 0xFFFF or (0xFFFF if number else 0)
    return 0xFFFF - total
