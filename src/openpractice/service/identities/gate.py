"""What somebody who reviews may reach on the course's server besides our own pages.

That server also has formgrader, JupyterLab and the files of the course, made for whoever runs
it. Their handlers ask only whether somebody is signed in; so who reviews is stopped where every
handler asks who is there, unless the address is on the short list of what scoring needs.
"""

from __future__ import annotations

import re
from inspect import isawaitable
from urllib.parse import unquote

from tornado.web import HTTPError

from openpractice.service.roles import LEADS

LOOKS = ("GET", "HEAD")
PART = "[^/]+"
# formgrader's pages for reading, what their tables ask for, and signing in and out.
READS = re.compile(
    rf"formgrader(/gradebook(/{PART}){{0,2}}|/submissions/.+|/fonts/.+|/static/.+)?/?"
    rf"|formgrader/api/(status|assignments|grades|comments|notebooks/{PART}|submitted_notebooks/{PART}/{PART})"
    r"|static/.*|logout|oauth_callback|api/me|favicon\.ico|"  # and the address itself, which leads to our pages
)
# A score, a comment and a flag, in the methods formgrader has for them.
WRITES = re.compile(rf"(PUT|POST) formgrader/api/((grade|comment)/{PART}|submitted_notebook/{PART}/flag)")
# Links in formgrader's menu to what is closed here.
MANAGING = re.compile(r'<li role="presentation"><a href="[^"]*/formgrader/manage_[^"]*">[^<]*</a></li>')


def allowed(method: str, path: str) -> bool:
    """Whether a reviewer may ask for this path, which is what follows the server's base address."""
    if ".." in unquote(path):
        return False
    if path == "openpractice" or path.startswith("openpractice/"):
        return True  # our own routes judge for themselves
    if method in LOOKS:
        return bool(READS.fullmatch(path))
    return bool(WRITES.fullmatch(f"{method} {path}"))


def close(provider, base_url: str, source) -> None:
    """Makes the server's identity provider refuse what may not be reached, whoever serves it."""
    ask = provider.get_user

    async def get_user(handler):
        user = ask(handler)
        user = await user if isawaitable(user) else user
        if user is not None:
            handler.current_user = handler._jupyter_current_user = user  # for the page that says no
            path = handler.request.path.removeprefix(base_url)
            if path.rstrip("/") == "formgrader" and handler.get_query_arguments("path"):
                # formgrader would run a configuration file that lies there, whoever put it there.
                raise HTTPError(403, "formgrader opens this course only.")
            if source.role_of(user) not in LEADS:
                _stop_or_shape(handler, path, base_url)
        return user

    provider.get_user = get_user


def _stop_or_shape(handler, path, base_url) -> None:
    if not allowed(handler.request.method, path):
        raise HTTPError(403, "Reviewers read and score; this is for facilitators.")
    if path.rstrip("/") == "formgrader":  # opens on the page that releases and collects
        handler.redirect(base_url + "formgrader/gradebook")
    elif path.startswith("formgrader/"):
        draw = handler.render
        handler.render = lambda name, **values: MANAGING.sub("", draw(name, **values))
