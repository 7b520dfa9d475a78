"""Whole networks in a notebook: hosts, switches and routers made of Linux namespaces, rootless."""

from netlib.lan.cable import Cable, Link
from netlib.lan.host import Host
from netlib.lan.lan import Lan
from netlib.lan.router import Router
from netlib.lan.switch import Hub, Switch

__all__ = ["Cable", "Host", "Hub", "Lan", "Link", "Router", "Switch"]
