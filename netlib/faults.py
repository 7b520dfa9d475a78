"""Bad networks on loopback: relays that harm what two real sockets say to each other.

The two ends are programs of their own; a schedule (netlib.schedule) says what happens where,
and the relay's trace tells what did.
"""

from netlib.schedule import Fault, Schedule
from netlib.tcp_relay import TCPRelay
from netlib.udp_relay import UDPRelay

__all__ = ["Fault", "Schedule", "TCPRelay", "UDPRelay"]
