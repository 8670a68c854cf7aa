"""A hub's configuration file, read where packages are missing that only the hub's own environment has.

What it imports and is not here (an authenticator, a spawner) is stood in for by empty classes: what such
a package does means nothing to the course's entry.
"""

import sys
from contextlib import contextmanager
from importlib.abc import Loader, MetaPathFinder
from importlib.machinery import ModuleSpec
from pathlib import Path
from types import ModuleType

from traitlets.config import PyFileConfigLoader

MOST_MISSING = 50


def read_config(file: Path):
    """The configuration as traitlets has it; raises whatever the file itself raises."""
    missing: set[str] = set()
    while True:
        with _stood_in_for(missing):
            try:
                return PyFileConfigLoader(file.name, str(file.parent)).load_config()
            except ModuleNotFoundError as error:
                name = (error.name or "").partition(".")[0]
                if not name or name in missing or len(missing) == MOST_MISSING:
                    raise
                missing.add(name)


class _Empty(type):
    """A class of which every name is such a class again."""

    def __getattr__(cls, name):
        return _empty(name)


def _empty(name):
    if name.startswith("__"):
        raise AttributeError(name)
    return _Empty(name, (), {})


class _StandIns(MetaPathFinder, Loader):
    """Finds the packages that are missing, and only those."""

    def __init__(self, missing: set[str]):
        self.missing = missing

    def find_spec(self, fullname, path, target=None):
        return ModuleSpec(fullname, self, is_package=True) if fullname.partition(".")[0] in self.missing else None

    def exec_module(self, module: ModuleType) -> None:
        module.__file__ = ""
        module.__getattr__ = _empty  # type: ignore[method-assign]


@contextmanager
def _stood_in_for(missing: set[str]):
    finder = _StandIns(missing)
    sys.meta_path.append(finder)
    try:
        yield
    finally:
        sys.meta_path.remove(finder)
        for name in [each for each in sys.modules if each.partition(".")[0] in missing]:
            del sys.modules[name]
