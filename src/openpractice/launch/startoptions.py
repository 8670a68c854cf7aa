"""The options of `script/workshop` and of `openpractice workshop`.

Standard library only and free of imports from the kit: the script loads this file by its
path, before anything is installed.
"""

import argparse
import errno
import socket

DESCRIPTION = """\
Start Open Practice on this machine.

  {program}             a room of people: prints an address and a code to join by
  {program} --alone     one person plays both parts: participant and facilitator

Laptops and phones in the room reach it with --host and a certificate:

  {program} --host 192.168.1.20 --self-signed

Example: {program} --alone --sample   (to look around, among invented people)

A course of your own is a folder; without one it is the course that comes with the kit:

  {program} --alone --course ~/my-course
"""

SCRIPT = "script/workshop"

PORT = 8787


def parse(argv: list[str], program: str = SCRIPT) -> argparse.Namespace:
    """The options as a namespace; prints help or what is wrong, and exits, like any command."""
    parser = argparse.ArgumentParser(
        prog=program,
        description=DESCRIPTION.format(program=program),
        formatter_class=argparse.RawDescriptionHelpFormatter,
        allow_abbrev=False,
    )
    add = parser.add_argument
    add("--alone", action="store_true", help="one person, no hub")
    add("--port", type=port, default=PORT, metavar="N", help=f"port to serve on (default: {PORT})")
    add("--course", metavar="DIR", help="the folder of the course (default: the one you stand in, or the kit's own)")
    add(
        "--data",
        metavar="DIR",
        help="the folder that keeps everything people write (default: data/ in the course's folder)",
    )
    add(
        "--sample",
        action="store_true",
        help="put in 24 invented people and their answers (default folder then: data-sample/)",
    )
    add("--among-real-people", action="store_true", help="with --sample: even into a folder that real people use")
    add("--no-browser", action="store_true", help="open no browser")
    room = parser.add_argument_group("for a room of people")
    add = room.add_argument
    add(
        "--host",
        default="127.0.0.1",
        metavar="NAME",
        help="this machine's name or address in the room's network, or 0.0.0.0 for all it has "
        "(default: 127.0.0.1, this machine only)",
    )
    add("--cert", metavar="FILE", help="certificate, PEM")
    add("--key", metavar="FILE", help="its key, PEM")
    add("--self-signed", action="store_true", help="make a certificate; browsers warn once")
    add("--kernels", action="store_true", help="let participants run code on their servers")
    add("--no-wall", action="store_true", help="start servers without bubblewrap, on purpose")
    chosen = parser.parse_args(argv)
    if problem := wrong(chosen):
        parser.error(problem)
    return chosen


def wrong(chosen: argparse.Namespace) -> str | None:
    """What does not go together, in words."""
    if bool(chosen.cert) != bool(chosen.key):
        return "--cert and --key go together"
    if chosen.cert and chosen.self_signed:
        return "--self-signed makes a certificate of its own: leave it out, or --cert and --key"
    if chosen.among_real_people and not chosen.sample:
        return "--among-real-people goes with --sample"
    local = chosen.host in ("127.0.0.1", "localhost", "::1")
    if chosen.alone and (not local or chosen.cert or chosen.self_signed or chosen.kernels):
        return "--alone serves this machine only: leave out --host, --cert, --key, --self-signed, --kernels"
    if not local and not (chosen.cert or chosen.self_signed):
        return (
            "--host opens it to a network, where passphrases need a certificate: add --cert and --key, or --self-signed"
        )
    return None


def free_instead(host: str, number: int) -> int:
    """A free port where this one is taken; 0 where it can be served on, or cannot be asked about."""
    try:
        family, _, _, _, where = socket.getaddrinfo(host, number, type=socket.SOCK_STREAM)[0]
        with socket.socket(family) as probe:
            # As the server will bind: a port just left by a stopped server is free.
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            probe.bind(where)
        return 0
    except OSError as error:
        if error.errno != errno.EADDRINUSE:
            return 0  # the start itself says what else is wrong with it
    with socket.socket(family) as probe:
        probe.bind((where[0], 0))
        return probe.getsockname()[1]


def port(text: str) -> int:
    number = int(text) if text.isascii() and text.isdigit() else 0
    if not 1 <= number <= 65535:
        raise argparse.ArgumentTypeError(f"a number from 1 to 65535, not {text!r}")
    return number
