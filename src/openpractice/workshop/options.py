"""The options of `script/workshop`.

Standard library only and free of imports from the kit: the script loads this file by its
path, before anything is installed.
"""

import argparse

DESCRIPTION = """\
Start Open Practice on this machine.

  script/workshop --alone     one person plays both parts: participant and facilitator
"""

PORT = 8787


def parse(argv: list[str]) -> argparse.Namespace:
    """The options as a namespace; prints help or what is wrong, and exits, like any command."""
    parser = argparse.ArgumentParser(
        prog="script/workshop",
        description=DESCRIPTION,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    parser.add_argument("--alone", action="store_true", help="one person, no hub", required=True)
    parser.add_argument(
        "--port", type=port, default=PORT, metavar="N", help=f"port on 127.0.0.1 (default: {PORT})"
    )
    parser.add_argument(
        "--data",
        metavar="DIR",
        help="the folder that keeps everything people write (default: data/ beside the kit)",
    )
    parser.add_argument("--no-browser", action="store_true", help="open no browser")
    return parser.parse_args(argv)


def port(text: str) -> int:
    number = int(text) if text.isascii() and text.isdigit() else 0
    if not 1 <= number <= 65535:
        raise argparse.ArgumentTypeError(f"a number from 1 to 65535, not {text!r}")
    return number
