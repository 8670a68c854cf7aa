"""The hub's own pages: whole in every language, and marked with it."""

import re
from pathlib import Path

import jinja2
import pytest

import openpractice.hub
from openpractice import i18n, names
from openpractice.hub import hubpages, landing, passphrases
from openpractice.service import catalog

SOURCE = Path(openpractice.hub.__file__).parent
TEMPLATES = sorted(path.name for path in landing.TEMPLATES.glob("*.html") if not path.name.startswith("_"))
GIVEN = {
    "base_url": "/a1b2c3/hub/",
    "logout_url": "/a1b2c3/hub/logout",
    "authenticator_login_url": "/a1b2c3/hub/login",
    "spawn_url": "/a1b2c3/hub/spawn/ana",
    "status_message": "Forbidden",
    "xsrf": "x",
    "user": {"name": "ana"},
    "joining": False,
    "renewing": False,
    "signed_out": True,
    "login_error": "",
    "username": "",
    "typed_code": "",
    "failed": False,
    "message": "",
}


def drawn(name: str, accept: str, **values) -> str:
    env = jinja2.Environment(
        loader=jinja2.FileSystemLoader(landing.TEMPLATES), autoescape=True, undefined=jinja2.StrictUndefined
    )
    return env.get_template(name).render(GIVEN | {"status_code": 404} | values | hubpages.words_of(accept))


def text_of(page: str) -> str:
    return re.sub(r"<style>.*?</style>|<[^>]+>", " ", page, flags=re.S)


CASES = (
    [(name, {}) for name in TEMPLATES]
    + [("error.html", {"status_code": code}) for code in (403, 500, 503)]
    + [
        ("not_running.html", {"failed": True}),
        ("login.html", {"login_error": "account-another-passphrase", "renewing": True}),
    ]
)


@pytest.mark.parametrize(("name", "values"), CASES)
def test_a_page_is_in_the_browsers_language_and_says_which(name, values):
    english, spanish = drawn(name, "en-GB", **values), drawn(name, "es-MX,es;q=0.9,en;q=0.8", **values)
    assert '<html lang="en">' in english and '<html lang="es">' in spanish
    words = [line.strip() for line in text_of(english).splitlines() if len(line.split()) > 2]
    assert words
    assert [line for line in words if line in text_of(spanish)] == []  # nothing stayed English


def test_whoever_asks_without_a_language_reads_each():
    """So asks the proxy, in the name of a browser that it does not tell of."""
    page = drawn("error.html", "", status_code=503)
    for language in i18n.languages():
        part = re.search(rf'<section lang="{language}">(.*?)</section>', page, re.S)[1]
        assert catalog.say(language, "hub-silent-more") in part
    assert page.count("<h1>") == 1
    assert drawn("error.html", "es", status_code=503).count("<section") == 1


def test_what_the_hub_says_to_those_who_run_it_is_not_shown():
    shown = text_of(drawn("error.html", "en", status_code=403, message="Action is not authorized with current scopes"))
    assert "scopes" not in shown
    ours = "account-person-left"
    assert "This person has left the workshop." in drawn("error.html", "en", status_code=403, message=ours)
    assert "ya no está en el taller" in drawn("error.html", "es", status_code=403, message=ours)


def test_markup_in_what_is_shown_stays_text():
    assert "<b>" not in text_of(drawn("login.html", "es", login_error="<b>no</b>", username='"><b>'))
    assert "&lt;b&gt;" in drawn("login.html", "es", login_error="<b>no</b>")


def test_every_sentence_of_the_hub_is_used_and_every_key_exists():
    used = "\n".join(path.read_text("utf-8") for path in SOURCE.rglob("*") if path.suffix in (".py", ".html"))
    asked = set(re.findall(r"""["'](hub-[a-z-]+)["']""", used)) - {"hub-"}
    whats = {"no-page", "not-yours", "silent", "failed"}
    asked |= {f"hub-{what}{more}" for what in whats for more in ("", "-more")} | {
        "hub-asleep-more",
        "hub-not-opened-more",
    }
    keys = {key.removesuffix("-one") for key in i18n.sentences("en") if key.startswith("hub-")}
    assert asked == keys
    assert {f'"{what}"' for what in whats} <= set(re.findall(r'"[a-z-]+"', used))
