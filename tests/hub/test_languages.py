"""From the sign-in to the sign-out in the language of the browser, on a real hub."""

import os
import signal
import time

import pytest

from .conftest import SERVICE
from .test_falls import server_of

pytestmark = pytest.mark.hub


@pytest.fixture
def visitor(room):
    one = room.visitor()
    one.http.headers["Accept-Language"] = "es-MX,es;q=0.9,en;q=0.5"
    return one


def test_signing_in_and_what_is_wrong_with_it(room, visitor):
    page = visitor.http.get("/hub/login")
    assert '<html lang="es">' in page.text and "Código para unirse" in page.text and "Sign in" not in page.text
    assert "Ese código no es correcto" in visitor.join("Eva", "no-such-code").text
    assert "tres palabras van bien" in visitor.join("Eva", room.code, "short").text
    assert "al menos una letra" in visitor.join("!!", room.code).text
    for _ in range(8):
        refused = visitor.sign_in("Nobody Here", "some wrong words")
    assert refused.status_code == 429 and "Demasiados intentos. Espera" in refused.text
    stale = visitor.http.post("/hub/login", data={"_xsrf": "of-another-day", "username": "Eva", "password": "x"})
    assert stale.status_code == 403 and "demasiado tiempo abierto" in stale.text


def test_a_whole_visit(room, visitor):
    home = visitor.join("Eva Díaz", room.code)
    assert '<html lang="es">' in home.text and "Tus sesiones" in home.text
    assert f'href="{visitor.place(SERVICE)}sign-out">Salir</a>' in home.text
    nowhere = visitor.http.get("/hub/no-such-page")
    assert nowhere.status_code == 404 and "No existe esa página" in nowhere.text
    start = visitor.http.get("/hub/home")
    assert "Has entrado como" in start.text and "Stop My Server" not in start.text
    out = visitor.http.get(f"{SERVICE}sign-out")
    assert "Has salido. Todo lo que escribiste queda guardado." in out.text
    assert visitor.http.get(SERVICE).url.path.endswith("/hub/login")
    assert "Has salido" not in visitor.sign_in("Eva Díaz", "not the right one").text


def test_a_notebook_that_is_made_ready_and_one_that_fell(room, visitor):
    visitor.join("Iria", room.code)
    assert '<html lang="es">' in visitor.http.get("/user/iria/tree").text
    assert "Un momento" in visitor.http.get("/hub/spawn/iria").text
    visitor.awake("iria", "tree")
    for pid in server_of("iria", room.data):
        os.kill(pid, signal.SIGKILL)
    deadline, seen = time.monotonic() + 20, set()
    while "reposo" not in seen and "Un momento" not in seen:
        assert time.monotonic() < deadline
        gone = visitor.http.get("/user/iria/tree")
        # The proxy's page is in each language, the hub's in the browser's.
        seen |= {word for word in ("no responde ahora mismo", "reposo", "Un momento") if word in gone.text}
        if gone.status_code == 503:
            assert '<section lang="es">' in gone.text and "does not answer just now" in gone.text
        time.sleep(0.3)


def test_an_english_browser_reads_english_at_the_same_time(room):
    page = room.visitor().http.get("/hub/login")
    assert '<html lang="en">' in page.text and "Join code" in page.text
