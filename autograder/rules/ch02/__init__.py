"""Chapter 02, IP addresses and masks. A module an exercise, in the chapter's order.

All but the last are values in, values out; the last is played on loopback, where every address of
127.0.0.0/8 is a host.
"""

from autograder.exercise import Exercise
from autograder.rules.ch02 import (
    address_class,
    expand_ipv6,
    format_ipv4,
    network_of,
    on_link,
    parse_ipv4,
    roll_call,
    usable_hosts,
)

__all__ = ["EXERCISES"]

EXERCISES = (
    Exercise("ch02/parse_ipv4", 3, ("parse_ipv4",), parse_ipv4.RULES),
    Exercise("ch02/format_ipv4", 1, ("format_ipv4",), format_ipv4.RULES),
    Exercise(
        "ch02/network_of",
        3,
        ("network_of", "broadcast_of"),
        network_of.RULES,
        uses=("ch02/parse_ipv4", "ch02/format_ipv4"),
    ),
    Exercise("ch02/usable_hosts", 2, ("usable_hosts",), usable_hosts.RULES),
    Exercise(
        "ch02/on_link",
        3,
        ("on_link", "can_talk"),
        on_link.RULES,
        uses=("ch02/parse_ipv4",),
    ),
    Exercise(
        "ch02/address_class",
        2,
        ("address_class",),
        address_class.RULES,
        uses=("ch02/parse_ipv4",),
    ),
    Exercise("ch02/expand_ipv6", 2, ("expand_ipv6",), expand_ipv6.RULES),
    Exercise(
        "ch02/roll_call",
        4,
        ("roll_call",),
        roll_call.RULES,
        uses=("ch02/parse_ipv4", "ch02/format_ipv4", "ch02/usable_hosts"),
        mistakes=roll_call.MISTAKES,
    ),
)
