"""Chapter 07, the TFTP server and upload. In the chapter's order.

The rules play the learner's peers on loopback, and the network between them: what it loses,
doubles or swaps is a rule's `faults`.
"""

# ruff: noqa: F401, I001 -- each module declares its exercise, in the order of the imports
from autograder.rules.ch07 import safe_path
from autograder.rules.ch07 import blocks
from autograder.rules.ch07 import sender
from autograder.rules.ch07 import sender_network
from autograder.rules.ch07 import upload
from autograder.rules.ch07 import upload_network
from autograder.rules.ch07 import serve
from autograder.rules.ch07 import serve_requests
from autograder.rules.ch07 import serve_ends
from autograder.rules.ch07 import serve_network
from autograder.rules.ch07 import serve_silence
from autograder.rules.ch07 import netascii
