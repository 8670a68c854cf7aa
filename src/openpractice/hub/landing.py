"""Where people land after signing in: participants on their own server, the others on the course's."""

from pathlib import Path

TEMPLATES = Path(__file__).parent / "templates"


def default_url(course: str):
    """A function of the hub's handler that gives the address for the person who signed in."""
    readers = f"formgrade-{course}"

    def where(handler) -> str:
        user = handler.current_user
        if user is None:
            return handler.settings["login_url"]  # and from there to where they belong
        if readers in {group.name for group in user.groups}:
            return f"{handler.base_url}user/course-{course}/openpractice/"
        return f"{handler.hub.base_url}spawn"

    return where
