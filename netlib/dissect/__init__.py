"""Bytes and fields of Ethernet, ARP, IP, ICMP, UDP, TCP, DNS, DHCP, TFTP and HTTP/1, both ways.

dissect(data) takes a frame apart, build(...) puts one together; nothing here touches a socket.
"""

from netlib.dissect.arp import ARP
from netlib.dissect.checksum import internet_checksum
from netlib.dissect.dhcp import DHCP, DHCPOption
from netlib.dissect.dns import DNS, DNSOverTCP, Question, Record
from netlib.dissect.ethernet import VLAN, Ethernet
from netlib.dissect.frame import Frame, build, dissect
from netlib.dissect.header import Data, Header
from netlib.dissect.http import HTTP
from netlib.dissect.icmp import ICMP
from netlib.dissect.icmpv6 import ICMPv6, NDOption
from netlib.dissect.ipv4 import IPv4
from netlib.dissect.ipv6 import IPv6
from netlib.dissect.ipv6_extensions import (
    Authentication,
    DestinationOptions,
    Fragment,
    HopByHop,
    IPv6Option,
    Routing,
)
from netlib.dissect.layers import Layer
from netlib.dissect.link import Cooked, Cooked2, Loopback
from netlib.dissect.names import Name
from netlib.dissect.options import Option
from netlib.dissect.tcp import TCP
from netlib.dissect.tftp import TFTP
from netlib.dissect.udp import UDP

__all__ = [
    "ARP",
    "DHCP",
    "DNS",
    "HTTP",
    "ICMP",
    "TCP",
    "TFTP",
    "UDP",
    "VLAN",
    "Authentication",
    "Cooked",
    "Cooked2",
    "DHCPOption",
    "DNSOverTCP",
    "Data",
    "DestinationOptions",
    "Ethernet",
    "Fragment",
    "Frame",
    "Header",
    "HopByHop",
    "ICMPv6",
    "IPv4",
    "IPv6",
    "IPv6Option",
    "Layer",
    "Loopback",
    "NDOption",
    "Name",
    "Option",
    "Question",
    "Record",
    "Routing",
    "build",
    "dissect",
    "internet_checksum",
]
