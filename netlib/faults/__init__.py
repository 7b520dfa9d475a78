"""Bad networks on loopback: relays that harm what two real sockets say to each other.

The two ends are programs of their own; a schedule (netlib.schedule) says what happens where,
and the relay's trace tells what did.
"""

from netlib.faults.tcp_relay import TCPRelay
from netlib.faults.udp_relay import UDPRelay
from netlib.schedule import Fault, Schedule

__all__ = ["Fault", "Schedule", "TCPRelay", "UDPRelay"]
