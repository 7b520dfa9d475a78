"""Addresses as text and as bytes: MAC (IEEE 802), IPv4 (RFC 791), IPv6 (RFC 5952)."""

import socket
from socket import inet_ntoa as ipv4_text

__all__ = ["ipv4_bytes", "ipv4_text", "ipv6_bytes", "ipv6_text", "mac_bytes", "mac_text"]


def mac_text(packed: bytes) -> str:
    """Return the usual text of an address: 02:00:00:00:00:01."""
    return packed.hex(":")


def mac_bytes(text: str) -> bytes:
    """Return the 6 bytes of 02:00:00:00:00:01. Raises ValueError for anything else."""
    parts = text.split(":")
    try:
        if len(parts) == 6 and all(len(part) == 2 for part in parts):
            return bytes.fromhex("".join(parts))
    except ValueError:
        pass
    raise ValueError(f"expected a MAC address like 02:00:00:00:00:01; got {text!r}")


def ipv4_bytes(text: str) -> bytes:
    """Return the 4 bytes of 192.0.2.1. Raises ValueError for anything else."""
    try:
        return socket.inet_pton(socket.AF_INET, text)
    except (OSError, ValueError):
        raise ValueError(f"expected an IPv4 address like 192.0.2.1; got {text!r}") from None


def ipv6_text(packed: bytes) -> str:
    """Return the shortest text of an address: 2001:db8::1."""
    return socket.inet_ntop(socket.AF_INET6, packed)


def ipv6_bytes(text: str) -> bytes:
    """Return the 16 bytes of 2001:db8::1. Raises ValueError for anything else."""
    try:
        return socket.inet_pton(socket.AF_INET6, text)
    except (OSError, ValueError):
        raise ValueError(f"expected an IPv6 address like 2001:db8::1; got {text!r}") from None
