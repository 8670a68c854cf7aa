"""`python -m openpractice.hub.single`: one person's server as JupyterHub starts it, without what only costs.

A room starts thirty of these at once, so what each one loads decides how long all of them wait.
"""

import sys


def leave_out() -> None:
    """Keep out what would be imported and never used."""
    # jsonschema's check of international addresses builds a whole grammar as it is imported: half of the
    # time until a server answers. It is made for doing without, and no schema of a server asks for it.
    sys.modules.setdefault("rfc3987_syntax", None)


def main() -> None:
    leave_out()
    from jupyterhub.singleuser import main as serve

    serve()


if __name__ == "__main__":
    main()
