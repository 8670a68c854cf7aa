"""`python -m openpractice.cli`: the same command, by this Python."""

from openpractice.cli import main

if __name__ == "__main__":  # a process made for a long piece of work reads this file again
    main(prog_name="openpractice")
