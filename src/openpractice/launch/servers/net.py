"""Ports and addresses: whether a port is free, and what the people in the room type to reach it."""

import fcntl
import ipaddress
import socket
import sys
from pathlib import Path

from openpractice.launch.datafolder import CannotStart


def need_port(host: str, port: int) -> None:
    """Raises CannotStart, naming a free port, unless this one can be served on."""
    try:
        family, _, _, _, where = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)[0]
    except OSError:
        raise CannotStart("start-host-unknown", host=host) from None
    with socket.socket(family) as probe:
        # As the server will bind: a port just left by a stopped server is free.
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind(where)
            return
        except PermissionError:
            code = "start-port-not-allowed"
        except OSError as error:
            if error.errno != 98 and "in use" not in str(error):
                raise CannotStart("start-host-unknown", host=host) from None
            code = "start-port-taken"
    with socket.socket(family) as probe:
        probe.bind((where[0], 0))
        free = probe.getsockname()[1]
    raise CannotStart(code, port=port, free=free)


EVERYWHERE = ("0.0.0.0", "::")  # names for all addresses of this machine, which nobody can type
LINUX_SIOCGIFADDR = 0x8915


def hosts(host: str) -> list[str]:
    """What people may type to reach a server on `host`, the likeliest first; no packet is sent.

    Of a host that stands for every address, the addresses that other machines can reach: those of
    this machine's interfaces, without its own loop and without those that hold on one cable only.
    """
    if host not in EVERYWHERE:
        return [host]
    found = [route(socket.AF_INET, "192.0.2.1"), *ipv4_of_interfaces(), *of_own_name(socket.AF_INET)]
    if host == "::":
        found += [route(socket.AF_INET6, "2001:db8::1"), *ipv6_of_interfaces(), *of_own_name(socket.AF_INET6)]
    return list(dict.fromkeys(one for one in found if one and reachable(one)))


def reachable(text: str) -> bool:
    """Whether an address may be reached from another machine of the network."""
    one = ipaddress.ip_address(text)
    return not (one.is_loopback or one.is_link_local or one.is_unspecified or one.is_multicast)


def route(family: int, towards: str) -> str | None:
    """The address that this machine would send from. Connecting a datagram socket only asks the system."""
    try:
        with socket.socket(family, socket.SOCK_DGRAM) as probe:
            probe.connect((towards, 9))
            return probe.getsockname()[0]
    except OSError:
        return None


def ipv4_of_interfaces() -> list[str]:
    """The first IPv4 address of each interface, where the system tells (Linux)."""
    if not sys.platform.startswith("linux"):
        return []
    found = []
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as probe:
        for _, name in socket.if_nameindex():
            try:
                told = fcntl.ioctl(probe.fileno(), LINUX_SIOCGIFADDR, name.encode()[:15].ljust(256, b"\0"))
            except OSError:  # it has none
                continue
            found.append(socket.inet_ntoa(told[20:24]))
    return found


def ipv6_of_interfaces() -> list[str]:
    """Every IPv6 address of this machine, where the system tells (Linux)."""
    try:
        lines = Path("/proc/net/if_inet6").read_text().splitlines()
    except OSError:
        return []
    return [str(ipaddress.ip_address(bytes.fromhex(line.split()[0]))) for line in lines if line.strip()]


def of_own_name(family: int) -> list[str]:
    """The addresses that this machine knows under its own name: all there is on other systems."""
    try:
        return [
            str(found[4][0]) for found in socket.getaddrinfo(socket.gethostname(), None, family, socket.SOCK_STREAM)
        ]
    except OSError:
        return []


def address(scheme: str, host: str, port: int) -> str:
    """What is typed: an IPv6 address goes in brackets."""
    return f"{scheme}://[{host}]:{port}" if ":" in host else f"{scheme}://{host}:{port}"
