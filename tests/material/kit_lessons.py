"""The lessons that the kit brings, read once by each process that tests them."""

from openpractice.authoring.courses.lessonfolder import read_folder
from repo import REPO

KIT_LESSONS = read_folder(REPO / "lessons")
