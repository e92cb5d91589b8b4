"""Which addresses a crawler may connect to: public unicast only."""

from __future__ import annotations

import ipaddress

_NEVER_V6 = (
    ipaddress.ip_network("64:ff9b::/96"),  # NAT64 (RFC 6052): an IPv4 address in disguise
    ipaddress.ip_network("64:ff9b:1::/48"),  # local-use NAT64 (RFC 8215)
    ipaddress.ip_network("2002::/16"),  # 6to4 (RFC 3056)
    ipaddress.ip_network("2001::/32"),  # Teredo (RFC 4380)
    ipaddress.ip_network("fec0::/10"),  # site-local, deprecated by RFC 3879
    ipaddress.ip_network("::/96"),  # IPv4-compatible, deprecated by RFC 4291
)


def is_public(address: str) -> bool:
    """Whether a resolved IP address is global unicast, seen through IPv4-mapped forms.

    ``ipaddress.is_global`` alone lets multicast, NAT64 and 6to4 pass.
    """
    try:
        ip = ipaddress.ip_address(address.partition("%")[0])
    except ValueError:
        return False
    if isinstance(ip, ipaddress.IPv6Address):
        if ip.ipv4_mapped is not None:
            return is_public(str(ip.ipv4_mapped))
        if any(ip in network for network in _NEVER_V6):
            return False
    return ip.is_global and not ip.is_multicast and not ip.is_reserved
