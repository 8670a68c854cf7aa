"""Which part somebody plays in a course, and which parts go together."""

from __future__ import annotations

from collections.abc import Iterable

# What a facilitator's sign-in carries to the hub, and nobody else's: see hub/jupyterhub_config.py.
OFFICE_SCOPE = "custom:openpractice:people"

LEADS = ("facilitator", "alone")
READS = (*LEADS, "reviewer")


def role_in(groups: Iterable[str], course: str) -> str:
    """The part that a hub's groups give on a course's own server: `facilitator`, `reviewer`, or "" for none."""
    names = set(groups)
    if f"facilitate-{course}" in names:
        return "facilitator"
    return "reviewer" if f"formgrade-{course}" in names else ""
