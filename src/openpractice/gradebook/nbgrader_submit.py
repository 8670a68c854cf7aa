"""`nbgrader submit` on people's own servers, for an exchange in which everybody has a folder of their own.

Their nbgrader_config.py says: ``c.ExchangeFactory.submit = "openpractice.gradebook.nbgrader_submit.OwnFolderSubmit"``.
"""

import base64
import os
from pathlib import Path

from nbgrader.exchange.default import ExchangeSubmit
from nbgrader.utils import get_username

from openpractice.handins.specs import BadNotebook, read_specs
from openpractice.ids import person_id

BOXES_STAY = (
    "Nothing is typed in the answer cells of %s. What you wrote in the boxes of this lesson is not part of this file: "
    "to send it, press Hand in at the end of the lesson. Your facilitators are not given a notebook with nothing in it."
)
NO_PLACE = "There is no place for you to hand in yet. Ask your facilitators to release the lesson once more: {}"


class OwnFolderSubmit(ExchangeSubmit):
    """Submit into the person's own folder; a notebook without any answer warns."""

    def init_dest(self):
        course = self.coursedir.course_id
        if not course:
            self.fail("No course id specified. Re-run with --course flag.")
        named = self.coursedir.student_id
        person = person_id(get_username() if named == "*" else named)
        place = Path(self.root, course, "inbound", person)
        if not place.is_dir():
            self.fail(NO_PLACE.format(place))
        self.inbound_path, self.cache_path = str(place), str(Path(self.cache, course))
        self.add_random_string, random = True, base64.urlsafe_b64encode(os.urandom(9)).decode("ascii")
        self.assignment_filename = f"{person}+{self.coursedir.assignment_id}+{self.timestamp}+{random}"

    def copy_files(self):
        for notebook in sorted(Path(self.src_path).glob("*.ipynb")):
            try:
                answered = bool(read_specs(notebook).typed)
            except BadNotebook:
                continue  # another course's, or none of anybody's
            if not answered:
                self.log.warning(BOXES_STAY, notebook.name)
        super().copy_files()
