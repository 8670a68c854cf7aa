"""How nbgrader is set up for Open Practice: what is handed in is read, never run.

Found through JUPYTER_CONFIG_PATH. The data lie in the folder that OPENPRACTICE_DATA names.
Each line says why. Your own settings go last.
"""

import os
import sys
from pathlib import Path

from openpractice.gradebook.coursefolder import GradingError, open_folder
from openpractice.gradebook.nbgrader_run import feedback_templates
from openpractice.gradebook.sameuser import act_as_owner
from openpractice.model import ANSWER_STUB

c = get_config()

OURS = "openpractice.gradebook.nbgrader_border."
STOCK = "nbgrader.preprocessors."

# Without a data folder there is no course: nbgrader must not start a gradebook wherever it stands.
if os.environ.get("OPENPRACTICE_DATA"):
    typed = "nbgrader" in (Path(sys.argv[0]).stem, Path(sys.argv[0]).parent.name)
    try:
        folder = open_folder()
        # What another user's nbgrader wrote here would be closed to the workshop's own server.
        if typed:
            act_as_owner(folder.data)
    except GradingError as no:
        # nbgrader goes on after any other end of this file, with a gradebook of its own wherever it stands.
        if typed:
            sys.exit(f"{no}\n  hint: {no.hint}")
        raise
    os.umask(0o077)  # nothing of the course is anybody else's on this machine
    c.CourseDirectory.root = str(folder.root)
    c.CourseDirectory.course_id = folder.id
    c.CourseDirectory.db_url = folder.db_url
    c.Exchange.root = str(folder.exchange)

# What an answer cell says before anything is typed there. nbgrader tells a blank answer by it.
c.ClearSolutions.text_stub = ANSWER_STUB

# Collecting takes a short list of ordinary files from each person's own folder, and puts the
# released notebook in the place of the one that was handed in.
c.ExchangeFactory.collect = OURS + "SafeCollect"

# What is handed out and returned lies in folders that only the course writes, where each person
# finds their own; nbgrader itself opens its exchange to everybody on the machine.
c.ExchangeFactory.release_assignment = OURS + "OwnFoldersRelease"
c.ExchangeFactory.release_feedback = OURS + "OwnFoldersFeedback"
c.ExchangeFactory.list = OURS + "OwnFoldersList"

# Autograding puts the answers into the released notebook as literal text. Nothing is executed,
# and an answer that did not change keeps its score.
c.Autograde.sanitize_preprocessors = [
    OURS + "UseReleasedNotebook",
    STOCK + "ClearOutput",
    STOCK + "DeduplicateIds",
    STOCK + "OverwriteKernelspec",
    STOCK + "OverwriteCells",
    OURS + "InjectAnswers",
    STOCK + "CheckCellMetadata",
]
c.Autograde.autograde_preprocessors = [
    STOCK + "LimitOutput",
    OURS + "SaveChangedScores",
    STOCK + "AssignLatePenalties",
    OURS + "RecordAnswers",
    STOCK + "CheckCellMetadata",
]

# Late work is shown as late and costs nothing.
c.LateSubmissionPlugin.penalty_method = "none"

# Feedback made by nbgrader shows words only, no number: this course's scores are for learning.
# Beside each answer stand the levels by name and the reviewer's notes.
c.GenerateFeedback.preprocessors = [
    STOCK + "GetGrades",
    OURS + "AddReadings",
    "nbconvert.preprocessors.CSSHTMLHeaderPreprocessor",
]
c.HTMLExporter.extra_template_basedirs = feedback_templates()

# A submission that grew beyond these is not copied anywhere.
c.CourseDirectory.max_file_size = 40_000
c.CourseDirectory.max_dir_size = 80_000
