"""Where people land after signing in: on the course service, whoever they are."""

from pathlib import Path

from jupyterhub.handlers.base import BaseHandler

TEMPLATES = Path(__file__).parent / "templates"
SERVICE = "services/openpractice/"


def default_url(handler) -> str:
    """The address of the course for whoever signed in; the sign-in page for everybody else."""
    if handler.current_user is None:
        return handler.settings["login_url"]  # and from there to where they belong
    return handler.base_url + SERVICE


class LandingMoved(BaseHandler):
    """Leads links on that were kept while everybody's course was on a Jupyter server of their own."""

    def get(self, rest: str = ""):
        query = f"?{self.request.query}" if self.request.query else ""
        self.redirect(f"{self.base_url}{SERVICE}{rest.lstrip('/')}{query}")
