"""Imported before all else of ours: a script that pytest does not start finds what the tests stand on."""

import os
import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))
from repo import FOLDERS

sys.path[:0] = FOLDERS
os.environ.setdefault("OPENPRACTICE_WITH_WINDOWS", "1")  # what is measured is the browser that people have
