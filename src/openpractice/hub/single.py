"""`python -m openpractice.hub.single`: one person's server as JupyterHub starts it, without what only costs.

A room starts thirty of these at once, so what each one loads decides how long all of them wait.
"""

import sys
from importlib.abc import MetaPathFinder


class NeverUsed(MetaPathFinder):
    """Keeps out what would be imported and never used."""

    # jsonschema's check of international addresses builds a whole grammar as it is imported: half of the
    # time until a server answers. It is made for doing without, and no schema of a server asks for it.
    NAMES = ("rfc3987_syntax",)

    def find_spec(self, fullname, path=None, target=None):
        if fullname in self.NAMES:
            raise ModuleNotFoundError(f"{fullname} is kept out here", name=fullname)
        return  # the others are looked for as ever


def main() -> None:
    sys.meta_path.insert(0, NeverUsed())
    from jupyterhub.singleuser import main as serve  # only now: it loads what is kept out

    serve()


if __name__ == "__main__":
    main()
