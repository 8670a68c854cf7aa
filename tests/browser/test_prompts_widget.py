"""The prompts through ipywidgets in real Notebook 7 with a real kernel, without the extension."""

import json
import os
import re
import signal
import subprocess
import sys
import time
import urllib.request
from pathlib import Path

import pytest

from openpractice.prompts.journal import Journal

from test_prompts_page import chromium, SPECS  # noqa: F401  (fixture)

pytestmark = pytest.mark.browser
SECRET = "the door closes at nine"


def notebook(specs):
    sources = ["from openpractice import prompt, handin", *(f"prompt({json.dumps(spec, ensure_ascii=False)})" for spec in specs),
               'handin({"course": "open-practice", "lesson": "gallery", "title": "Gallery"})']  # fmt: skip
    cells = [{"cell_type": "code", "id": f"c{n}", "metadata": {}, "outputs": [], "execution_count": None, "source": text} for n, text in enumerate(sources)]
    return {"cells": cells, "metadata": {"kernelspec": {"name": "python3", "display_name": "Python 3", "language": "python"}}, "nbformat": 4, "nbformat_minor": 5}


@pytest.fixture
def jupyter(tmp_path):
    (tmp_path / "files").mkdir()
    (tmp_path / "files/plain.ipynb").write_text(json.dumps(notebook(SPECS[:3])))
    env = {**os.environ, "OPENPRACTICE_HOME": str(tmp_path / "home"), "OPENPRACTICE_PERSON": "ana", "HOME": str(tmp_path), "JUPYTER_CONFIG_DIR": str(tmp_path / "config"), "JUPYTER_RUNTIME_DIR": str(tmp_path / "runtime")}
    options = ["--no-browser", "--port=0", "--ServerApp.ip=127.0.0.1", "--IdentityProvider.token=t", "--allow-root", f"--ServerApp.root_dir={tmp_path / 'files'}"]
    process = subprocess.Popen([sys.executable, "-m", "notebook", *options], env=env, stderr=subprocess.PIPE, text=True, start_new_session=True)
    url = None
    for line in process.stderr:
        found = re.search(r"http://127\.0\.0\.1:\d+/", line)
        if found:
            url = found[0]
            break
    import threading

    threading.Thread(target=lambda: [None for _ in process.stderr], daemon=True).start()
    yield url, tmp_path
    os.killpg(process.pid, signal.SIGTERM)
    process.wait(20)


def kernels(url):
    with urllib.request.urlopen(f"{url}api/kernels?token=t") as reply:
        return json.load(reply)


def kernel_pid(folder):
    """The kernel: the youngest process of ipykernel whose environment names this folder; None where there is none."""
    found = []
    for entry in Path("/proc").glob("[0-9]*"):
        try:
            if b"ipykernel" in (entry / "cmdline").read_bytes() and f"OPENPRACTICE_HOME={folder}/".encode() in (entry / "environ").read_bytes():
                found.append((entry.stat().st_mtime, int(entry.name)))
        except OSError:
            continue
    return max(found)[1] if found else None


def run_cells(page, url):
    """Opens the notebook, runs every cell as a person would, and goes back up."""
    page.goto(f"{url}notebooks/plain.ipynb?token=t")
    page.locator(".jp-Notebook .jp-Cell").first.wait_for(timeout=60000)
    until = time.monotonic() + 60
    while time.monotonic() < until and not any(one["connections"] for one in kernels(url)):
        time.sleep(0.2)
    page.wait_for_timeout(2000)
    page.locator(".jp-Cell").first.click()
    for _ in range(5):
        page.keyboard.press("Shift+Enter")
        page.wait_for_timeout(300)
    page.locator(".op-handin").wait_for(timeout=60000)
    # Notebook 7 takes cells that are out of sight from the page.
    page.keyboard.press("Escape")
    for _ in range(3):
        page.keyboard.press("ArrowUp")
        page.wait_for_timeout(200)


def test_typed_in_plain_jupyter_the_words_reach_the_journal_and_survive_a_killed_kernel(jupyter, chromium):
    url, folder = jupyter
    page = chromium.new_page(viewport={"width": 1280, "height": 900})
    sizes = []
    page.on("websocket", lambda socket: socket.on("framereceived", lambda frame: sizes.append(len(frame))))
    run_cells(page, url)
    box = page.locator("[data-prompt=gallery-long]").get_by_role("textbox")
    box.wait_for(timeout=60000)
    page.wait_for_function("document.querySelector('[data-prompt=gallery-long]').dataset.state === 'blank'")
    received = sum(sizes)
    box.click()
    page.keyboard.type(SECRET, delay=5)
    page.wait_for_function("document.querySelector('[data-prompt=gallery-long]').dataset.state === 'saved'", timeout=15000)
    journal = Journal(folder / "home/journal/open-practice.jsonl")
    assert journal.state("gallery-long").value == {"text": SECRET}
    print(f"bytes received for four parts of a lesson: {received}")

    # Keys of the page, pressed in a prompt, do nothing to the page.
    page.locator("[data-prompt=gallery-single] input[value=yes]").focus()
    before = page.locator(".jp-Cell").count()
    for key in ("ArrowDown", "d", "d"):
        page.keyboard.press(key)
    assert page.locator(".jp-Cell").count() == before
    assert page.locator("[data-prompt=gallery-single] input[value=partly]").is_checked()

    os.kill(kernel_pid(folder), signal.SIGKILL)
    box.click()
    box.press("End")
    page.keyboard.type(" and nobody saw", delay=5)
    page.wait_for_timeout(4000)
    draft = page.evaluate("Object.entries(localStorage).filter(([name]) => name.startsWith('openpractice:ana')).map(([, text]) => JSON.parse(text).value.text)")
    saved = Journal(folder / "home/journal/open-practice.jsonl").state("gallery-long").value["text"]
    print(f"typed {len(SECRET) + 15}, in the box {len(box.input_value())}, draft {draft}, journal {saved!r}")
    whole = f"{SECRET} and nobody saw"
    assert whole in (*draft, saved)

    page.keyboard.press("Escape")
    page.keyboard.press("Control+s")
    page.wait_for_timeout(1500)
    assert SECRET not in (folder / "files/plain.ipynb").read_text()
    page.close()


def test_the_lesson_is_looked_over_and_handed_in_as_a_file(jupyter, chromium):
    url, folder = jupyter
    page = chromium.new_page(viewport={"width": 1280, "height": 900})
    run_cells(page, url)
    page.locator("[data-prompt=gallery-long]").get_by_role("textbox").fill(SECRET, timeout=60000)
    hand_in = page.locator(".op-handin")
    hand_in.get_by_role("button", name="Look over and hand in").click()
    hand_in.locator("blockquote", has_text=SECRET).wait_for(timeout=20000)
    assert hand_in.get_by_text("Nothing written yet").count() >= 1
    with page.expect_download() as download:
        hand_in.get_by_role("button", name="Download the file to hand in").click()
    sent = json.loads(open(download.value.path(), encoding="utf-8").read())
    assert sent["responses"]["gallery-long"]["value"] == {"text": SECRET}
    assert "gallery-short" not in sent["responses"]
    page.close()
