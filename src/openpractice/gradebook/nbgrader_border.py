"""The same rules as classes of nbgrader, so that its own commands and buttons obey them.

`grading/nbgrader_config.py` names these classes. What people's own nbgrader needs is in `nbgrader_submit`.
"""

import os
from dataclasses import replace
from pathlib import Path
from typing import Any

import nbformat
from nbgrader.exchange import ExchangeError
from nbgrader.exchange.default import ExchangeCollect, ExchangeList, ExchangeReleaseAssignment, ExchangeReleaseFeedback
from nbgrader.preprocessors import NbGraderPreprocessor, SaveAutoGrades

from openpractice.feedback import feedback
from openpractice.feedback.feedback_page import words_in
from openpractice.feedback.toreturn import read_feedback
from openpractice.gradebook import collected, exchangefolders, gradebook, recording
from openpractice.gradebook.coursefolder import CourseFolder, GradingError
from openpractice.gradebook.releasing import release
from openpractice.gradebook.releasing.released import read_release
from openpractice.intake import gather
from openpractice.intake.literal import sources
from openpractice.intake.submissions import COLLECTED, load_collected
from openpractice.intake.telling import say_collected


class _OurExchange:
    """The folders of our course; nbgrader's own ways of opening them to everybody stay undone."""

    coursedir: Any  # these three are nbgrader's, beside which this stands
    root: str
    log: Any

    def ensure_root(self):
        root = Path(self.coursedir.root)
        self.folder = CourseFolder(root.parents[1], self.coursedir.course_id, Path(self.root), self.coursedir.db_url)

    def in_words(self, work, *given):
        try:
            return work(*given)
        except GradingError as error:
            self.log.error("%s %s", error, error.hint)
            raise ExchangeError(str(error)) from error


class OwnFoldersRelease(_OurExchange, ExchangeReleaseAssignment):
    """Release into folders that only the course writes, with one of their own for each who hands in."""

    def init_dest(self):
        self.dest_path = str(self.folder.outbound / self.coursedir.assignment_id)

    def copy_files(self):
        self.in_words(release.put_out, self.folder, self.coursedir.assignment_id)
        self.log.info("Released as: %s %s", self.folder.id, self.coursedir.assignment_id)


class OwnFoldersFeedback(_OurExchange, ExchangeReleaseFeedback):
    """Feedback that only its writer can open, though nbgrader keeps all of it side by side."""

    def init_dest(self):
        self.in_words(exchangefolders.prepare, self.folder)
        self.dest_path = str(self.folder.feedback)

    def copy_files(self):
        before = os.umask(0o077)
        try:
            super().copy_files()
        finally:
            os.umask(before)
        lesson = self.coursedir.assignment_id
        for person in self.folder.handed_in_by(lesson):
            for path in feedback.stock_places(self.folder, lesson, person):
                if path.exists():
                    path.chmod(exchangefolders.FILE_MODE)
                    exchangefolders.open_file_to(path, person)


class OwnFoldersList(_OurExchange, ExchangeList):
    """What lies in an exchange that is open to the course alone."""


class SafeCollect(_OurExchange, ExchangeCollect):
    """Collect by whitelist; one bad hand-in keeps nobody else's from being collected."""

    def init_src(self):
        pass

    def init_dest(self):
        pass

    def copy_files(self):
        found = self.in_words(gather.gather, self.folder, self.coursedir.assignment_id)
        for left in found.left_aside:
            self.log.warning("Left aside, %s: %s. %s", left.participant, left.name, left.why)
        for person, notes in found.notes.items():
            for note in notes:
                self.log.warning("%s: %s", person, note)
        self.log.info("Collected %d, unchanged %d", len(found.new), len(found.unchanged))


class _Answers(NbGraderPreprocessor):
    """What collect wrote beside the notebook that is being graded."""

    def read(self, resources):
        # The folder is <root>/<step>/<participant>/<lesson>.
        place = Path(resources["metadata"]["path"]).absolute()
        about = resources["nbgrader"]
        root = place.parents[2]
        self.folder = CourseFolder(root.parents[1], "", root, about["db_url"])
        self.lesson = about["assignment"]
        self.release = read_release(self.folder, self.lesson)
        self.each = load_collected(place / COLLECTED)
        if (self.each.participant, self.each.lesson) != (about["student"], self.lesson):
            raise GradingError("grading-folder-of-another", place=place)
        # Set by grading/nbgrader_config.py; without it the exchange is where the kit itself puts it.
        exchange = Path(self.config.Exchange.get("root") or root.parents[1] / "exchange")
        self.folder = CourseFolder(root.parents[1], self.each.course, exchange, about["db_url"])

    def told_late(self, db, cells):
        """The hand-in, with whether it is late as the due time stands now."""
        known = collected.known_submissions(db, cells).get(self.each.participant)
        return replace(self.each, late=cells.is_late(self.each.handed_in_at, known))


class UseReleasedNotebook(_Answers):
    """The released notebook instead of whatever lies in the submission."""

    def preprocess(self, nb, resources):
        self.read(resources)
        return nbformat.reads(self.release.raw.decode("utf-8"), as_version=4), resources


class InjectAnswers(_Answers):
    """Each answer in its cell, as literal text."""

    def preprocess(self, nb, resources):
        self.read(resources)
        with gradebook.opened(self.folder) as engine, engine.connect() as db:
            cells = collected.lesson_cells(db, self.folder, self.lesson)
            each = self.told_late(db, cells)
        answered = sources(self.release, each)
        for cell in nb.cells:
            prompt = cell.metadata.get("nbgrader", {}).get("grade_id")
            if prompt in answered:
                cell.source = answered[prompt]
        return nb, resources


class AddReadings(_Answers):
    """Levels in words and notes on criteria beside each answer, for the feedback page."""

    def preprocess(self, nb, resources):
        self.read(resources)
        person = self.each.participant
        found = read_feedback(self.folder, self.release, people=[person]).get(person)
        answers = found.answers_as_json() if found else {}
        nb.metadata["openpractice"] = {**nb.metadata.get("openpractice", {}), "say": words_in(self.release.language)}
        for cell in nb.cells:
            prompt = cell.metadata.get("nbgrader", {}).get("grade_id")
            if prompt in answers:
                reading = answers[prompt]
                cell.metadata["openpractice"] = {**cell.metadata.get("openpractice", {}), "reading": reading}
        return nb, resources


class SaveChangedScores(SaveAutoGrades, _Answers):
    """nbgrader's own, but an answer that did not change is left as its reviewer left it."""

    def preprocess(self, nb, resources):
        self.read(resources)
        with gradebook.opened(self.folder) as engine, engine.connect() as db:
            person = self.each.participant
            self.before = collected.latest_responses(db, self.lesson, [person]).get(person, {})
        return super().preprocess(nb, resources)

    def preprocess_cell(self, cell, resources, index):
        prompt = cell.metadata.get("nbgrader", {}).get("grade_id")
        if collected.unchanged(self.before.get(prompt), self.each.answers.get(prompt)):
            return cell, resources
        return super().preprocess_cell(cell, resources, index)


class RecordAnswers(_Answers):
    """The answers themselves, in our own table."""

    def preprocess(self, nb, resources):
        self.read(resources)
        with gradebook.opened(self.folder) as engine:
            with engine.connect() as db:
                cells = collected.lesson_cells(db, self.folder, self.lesson)
                each = self.told_late(db, cells)
            with engine.begin() as db:
                gradebook.hold(db, self.lesson, participants=[self.each.participant])
                recording.record_responses(db, cells, self.release, [each])
            say_collected(self.folder, self.lesson, each)
        return nb, resources
