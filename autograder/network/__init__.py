"""What a rule plays on: the learner's code to call, and the network around it.

`Steps` makes what a rule needs: talkers (UDP), connections and listeners (TCP), folders, a LAN.
`Learner` is the code that is judged; a `Reply` is the coming end of a call of it, a `Server` one
that serves until it is stopped, a `Machine` takes and gives packets without any network, an `Ear`
is a UDP socket that it has returned. `Tasks` are the threads and processes that it has started.
"""

from autograder.learner.handles import Event, Handle, Puppet
from autograder.network.ear import Ear
from autograder.network.folder import Folder
from autograder.network.learner import Learner
from autograder.network.reply import RETURNED, Reply
from autograder.network.server import Server
from autograder.network.sockets import LARGEST, Datagram, Lent, UDPPeer
from autograder.network.state_machine import Machine, Packets
from autograder.network.steps import Steps
from autograder.network.stream import Stream
from autograder.network.tasks import Tasks
from autograder.network.tcp import Listener
from autograder.network.udp import Talker, spaced

__all__ = [
    "LARGEST",
    "RETURNED",
    "Datagram",
    "Ear",
    "Event",
    "Folder",
    "Handle",
    "Learner",
    "Lent",
    "Listener",
    "Machine",
    "Packets",
    "Puppet",
    "Reply",
    "Server",
    "Steps",
    "Stream",
    "Talker",
    "Tasks",
    "UDPPeer",
    "spaced",
]
