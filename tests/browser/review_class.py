"""A class of invented people whose reflections are read in the browser tests and the benchmark."""

from contextlib import contextmanager

from handins import LESSON, TRACE, course_folder, hand_in, release_lesson, response
from openpractice.intake.collect import collect
from repo import TESTS
from reviewers import LEVELS, calibrate
from servers import serving
from sign_in import BEGINS

CODES = (("R", "Reasoning"), ("P", "Principle"))
READ = TRACE | {"criteria": [{"code": code, "name": name, "levels": LEVELS} for code, name in CODES]}
PROMPT = READ["id"]
COUNT = 24
REVIEWERS = ("rev", "two", "three")
ACTS = (
    "the Monday bulletin",
    "walking the corridors",
    "the duty rota",
    "a data meeting",
    "calls to parents",
    "lesson visits",
)
HOSTILE = [
    "<script>window.ran = 1</script>",
    '<img src=x onerror="window.ran = 1">',
    "<svg onload='window.ran = 1'>",
    '<iframe srcdoc="<script>parent.ran = 1</script>"></iframe>',
    "[a link](javascript:window.ran=1)",
    "</p><style>body{display:none}</style>",
    "{{ 7*7 }} ${7*7} $x$ \\(x\\)",
    "<a href='javascript:window.ran=1'>x</a>",
    '<details open ontoggle="window.ran = 1">x</details>',
    "<math><mtext><img src=x onerror=window.ran=1></mtext></math>",
    '<meta http-equiv="refresh" content="0;url=javascript:window.ran=1"><base href="https://example.invalid/">',
    '<form action="javascript:window.ran=1"><button autofocus onfocus="window.ran = 1">x</button></form>',
    '\u202e<object data="javascript:window.ran=1"></object>',
]


def words_of(number):
    act = ACTS[number % len(ACTS)]
    return (
        f"I followed {act} for one hour, week {number + 1}. It reaches two teachers, who change one question they ask. "
        "From there the trail goes cold: I have never looked at what a child does with that question. "
        "Next week I sit beside four children and write down what they say."
    )


def make(place, count=COUNT, texts=None):
    """A released lesson with `count` answers, collected."""
    folder = course_folder(place)
    release_lesson(folder, specs=(READ,), points={PROMPT: 6})
    for number in range(count):
        text = texts[number] if texts else words_of(number)
        hand_in(folder, f"person-{number:02}", {PROMPT: response(READ, {"text": text})})
    collect(folder, LESSON)
    calibrate(folder, *REVIEWERS)
    return folder


def make_of(place, spec, values):
    """A released lesson whose one prompt is `spec`, with an answer for each person, collected."""
    folder = course_folder(place)
    release_lesson(folder, specs=(spec,), points={spec["id"]: 6})
    for who, value in values.items():
        hand_in(folder, who, {spec["id"]: response(spec, value)})
    collect(folder, LESSON)
    calibrate(folder, *REVIEWERS)
    return folder


@contextmanager
def named(folder, **more):
    """A facilitators' server on which several people sign in under their own names."""
    config = folder.data / "config"
    config.mkdir(exist_ok=True)
    (config / "jupyter_server_config.py").write_text("c.ServerApp.identity_provider_class = 'sign_in.Named'\n")
    with serving(folder.data, "facilitator", PYTHONPATH=str(TESTS / "running"), **more) as server:
        yield server


def address(server, who, mark=""):
    """The review page, signed in as `who`."""
    return f"{server.address}openpractice/review/?token={BEGINS}{who}{mark}"


READING = f"#read/{LESSON}/{PROMPT}"
