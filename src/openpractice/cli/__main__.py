"""`python -m openpractice.cli`: the same command, by this Python."""

from openpractice.cli import main

main(prog_name="openpractice")
