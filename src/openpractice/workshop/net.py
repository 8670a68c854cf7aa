"""Ports: whether one is free, and what to say when it is not."""

import socket

from openpractice.workshop.folder import CannotStart


def need_port(host: str, port: int) -> None:
    """Raises CannotStart, naming a free port, unless this one can be served on."""
    try:
        family, _, _, _, where = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)[0]
    except OSError:
        raise CannotStart(f"{host!r} is not a name or address of this machine. Name one: --host") from None
    with socket.socket(family) as probe:
        # As the server will bind: a port just left by a stopped server is free.
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind(where)
            return
        except PermissionError:
            reason = f"Port {port} may not be used by an ordinary user"
        except OSError as error:
            if error.errno != 98 and "in use" not in str(error):
                raise CannotStart(f"{host} is not an address of this machine. Name one: --host") from None
            reason = f"Port {port} is taken, perhaps by another workshop"
    with socket.socket(family) as probe:
        probe.bind((where[0], 0))
        free = probe.getsockname()[1]
    raise CannotStart(f"{reason}. Name another, for example: --port {free}")
