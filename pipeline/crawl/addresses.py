"""Which addresses a crawler may connect to: public unicast only."""

from __future__ import annotations

import ipaddress

_UNICAST_V6 = ipaddress.ip_network("2000::/3")
"""All global unicast that IANA has given out. Outside lie NAT64 (64:ff9b::/96, an IPv4 address in
disguise, RFC 6052), IPv4-compatible and site-local addresses."""
_NEVER_V6 = (
    ipaddress.ip_network("2002::/16"),  # 6to4 (RFC 3056)
    ipaddress.ip_network("2001::/23"),  # IETF protocols (RFC 2928), Teredo and ORCHID among them
    ipaddress.ip_network("3fff::/20"),  # documentation (RFC 9637)
)
_NEVER_V4 = (
    ipaddress.ip_network("192.0.0.0/24"),  # IETF protocols (RFC 6890)
    ipaddress.ip_network("192.88.99.0/24"),  # relays of 6to4, withdrawn by RFC 7526
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
        if ip not in _UNICAST_V6 or any(ip in network for network in _NEVER_V6):
            return False
    elif any(ip in network for network in _NEVER_V4):
        return False
    return ip.is_global and not ip.is_multicast and not ip.is_reserved
