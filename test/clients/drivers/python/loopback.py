"""Resolves every …localhost name to loopback, as RFC 6761 says; not every system's resolver does."""

import socket

_system = socket.getaddrinfo


def _getaddrinfo(host, *arguments, **named):
    name = host.decode() if isinstance(host, bytes) else host
    return _system("127.0.0.1" if name and name.endswith("localhost") else host, *arguments, **named)


socket.getaddrinfo = _getaddrinfo
