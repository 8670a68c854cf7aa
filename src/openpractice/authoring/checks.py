"""What a lesson and a course must hold: every check over what was read.

Each check takes what it judges and yields problems; none stops another.
"""

from openpractice.authoring.course import Folder


def check_folder(folder: Folder) -> list:
    """All problems of the folder: those of reading and those of what was read."""
    return list(folder.problems)
