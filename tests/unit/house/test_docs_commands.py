"""Every command that a page of the kit names: run where that is short, else read by the parser that would read it."""

import importlib.util
import re
import shlex
import shutil
import signal
import socketserver
import sys
from pathlib import Path

import click
import pytest
from click.testing import CliRunner

from openpractice.cli import VERBS, main
from openpractice.launch import startoptions
from repo import REPO

sys.path.insert(0, str(REPO / "script"))
import testing

PAGES = [
    *(REPO / name for name in ("README.md", "CONTRIBUTING.md")),
    *sorted((REPO / "docs").glob("*.md")),
    *sorted((REPO / "hub").rglob("*.md")),
    *sorted((REPO / "grading").rglob("*.md")),
]
# Programs that are not ours: what they take is theirs to say.
OTHERS = set(
    ". cd cp install git pip python3 podman export apt-get useradd systemctl journalctl docker helm kubectl tljh-config chown chmod".split()
)
RUN = ("check", "build", "new", "preview")  # what needs nothing but lessons
IN_TEXT = re.compile(r"`((?:\.venv/bin/)?openpractice [^`]+|script/[a-z]+(?: [^`]+)?|python -m [^`]+)`")


def commands_in(text: str) -> list[str]:
    """The commands of a page: every line of a block without a language, and what stands in a line of text."""
    found = []
    for language, block in re.findall(r"^ *```(\w*)\n(.*?)^ *```", text, re.M | re.S):
        if language in ("", "sh", "shell", "bash", "console"):
            for line in re.sub(r"\\\n\s*", "", block).splitlines():
                found += [part.strip() for part in re.split(r" && ", re.split(r"\s+#", line)[0])]
    prose = re.sub(r"^ *```.*?^ *```", "", text, flags=re.M | re.S)
    found += IN_TEXT.findall(prose)
    return [command for command in found if command and re.match(r"[\w./$-]+( |$)", command) and "|" not in command]


def words_of(command: str) -> list[str]:
    """The program and its words, without what stands for another user, optional brackets and the file behind >."""
    words = shlex.split(re.sub(r"[\[\]]", "", command.split(" > ")[0]))
    if words[0] == "sudo":
        words = words[3:] if words[1] == "-u" else words[1:]
    return words


def wrong_with(command: str) -> str:
    """Why the command would be refused; empty where its parser takes it."""
    program, *args = words_of(command)
    try:
        if program.endswith("openpractice"):
            return wrong_with_verb(args)
        if program == "script/workshop":
            startoptions.parse(args)
        elif program == "script/test":
            return next(
                (f"no {word}" for word in testing.parse(args)[1] if "/" in word and not (REPO / word).exists()), ""
            )
        elif program == "script/front":
            return "" if args in ([], ["--check"]) else f"script/front takes no {args}"
        elif program == "python" and args[0] == "-m":
            return "" if importlib.util.find_spec(args[1]) else f"no module {args[1]}"
        elif program.startswith("script/"):
            return "" if (REPO / program).is_file() and not args else f"no {program} {args}"
        elif (Path(program).name or program) not in OTHERS:
            return f"no program of ours, and none that is named: {program}"
    except SystemExit as stopped:
        return "" if not stopped.code else f"exit {stopped.code}"
    return ""


def wrong_with_verb(args: list[str]) -> str:
    if not args or args[0] not in VERBS:
        return f"no verb: {args[:1]}"
    if len(args) == 1:
        return ""  # the verb is spoken of; what it needs stands elsewhere
    try:
        main.get_command(click.Context(main), args[0]).make_context(args[0], args[1:])
    except click.exceptions.Exit:
        return ""
    except click.UsageError as error:
        # A page's course is somebody's own, and not here.
        said = error.format_message()
        return "" if said.startswith("There is no folder 'lessons' in") else said
    return ""


ALL = sorted({(page.name, command) for page in PAGES for command in commands_in(page.read_text("utf-8"))})


@pytest.fixture(autouse=True)
def no_file_has_to_be_there(monkeypatch):
    """`data` and `ana.json` in a page stand for somebody's own."""
    monkeypatch.setattr(click.Path, "convert", lambda self, value, param, ctx: Path(value))


@pytest.mark.parametrize(("page", "command"), ALL)
def test_a_command_that_a_page_names_is_one_that_its_program_takes(page, command, capsys):
    assert wrong_with(command) == ""


def test_the_pages_name_what_people_type():
    programs = {words_of(command)[0].removeprefix(".venv/bin/") for _, command in ALL}
    assert programs >= {"openpractice", "script/workshop", "script/test", "script/front", "script/lock", "python"}
    assert len(ALL) > 40


@pytest.mark.parametrize(
    "command",
    [
        "openpractice publish 1-purpose",
        ".venv/bin/openpractice release 1-purpose --until 2026-12-04",
        "openpractice collect --data data",
        "script/workshop --prot 80",
        "script/test tests/unit/test_nothing.py",
        "script/front --fast",
        "script/deploy",
        "python -m openpractice.authoring.nothing",
        "sudo -u somebody openpractice publish 1-purpose",
        "frobnicate --all",
    ],
)
def test_a_command_that_nothing_takes_is_found(command, capsys):
    assert wrong_with(command)


def test_commands_are_read_out_of_blocks_and_lines():
    text = "Type `openpractice check` or `no command`.\n\n```\na && b --c  # why\n```\n\n```python\nd\n```\n"
    assert commands_in(text) == ["a", "b --c", "openpractice check"]


# -- and what needs nothing but lessons is run --------------------------------------------------------


@pytest.fixture(scope="module")
def copy(tmp_path_factory):
    """A copy of the lessons, where a page's command may write."""
    place = tmp_path_factory.mktemp("kit")
    for name in ("lessons", "courses", "notebooks"):
        shutil.copytree(REPO / name, place / name)
    return place


# By which name the program is called makes no difference here.
SHORT = sorted(
    {
        f"openpractice {shlex.join(words_of(command)[1:])}"
        for _, command in ALL
        if words_of(command)[0].endswith("openpractice") and [*words_of(command), ""][1] in RUN
    }
)


@pytest.mark.parametrize("command", SHORT)
def test_the_commands_of_authors_do_what_the_pages_say(copy, monkeypatch, command):
    monkeypatch.chdir(copy)
    monkeypatch.setattr(socketserver.BaseServer, "serve_forever", stopped_at_once)
    before = signal.getsignal(signal.SIGINT)
    done = CliRunner().invoke(main, words_of(command)[1:])
    signal.signal(signal.SIGINT, before)
    assert done.exit_code == 0, done.output
    shutil.rmtree(copy / "build", ignore_errors=True)
    (copy / "lessons/7-listening.md").unlink(missing_ok=True)
    shutil.copytree(REPO / "lessons", copy / "lessons", dirs_exist_ok=True)


def stopped_at_once(server):
    """As Ctrl-C stops it."""
    raise KeyboardInterrupt
