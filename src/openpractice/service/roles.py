"""Which part the person who asks plays on this server.

Several people sign in to the course's server. What the hub says of each decides; the
server's own role alone decides only where there is no hub, and one person has started it.
"""

from __future__ import annotations

# What a facilitator's sign-in carries to the hub, and nobody else's: see hub/jupyterhub_config.py.
OFFICE_SCOPE = "custom:openpractice:people"

LEADS = ("facilitator", "alone")
READS = (*LEADS, "reviewer")


def role_of(desk, user) -> str:
    """`participant`, `facilitator`, `reviewer` or `alone`; "" for somebody who has no part here."""
    if desk.role != "facilitator":
        return desk.role
    known = getattr(user, "hub_user", None)
    if known is None:
        return "" if desk.named_by_hub else desk.role
    groups, course = known.get("groups") or (), desk.places.course
    if f"facilitate-{course}" in groups:
        return "facilitator"
    return "reviewer" if f"formgrade-{course}" in groups else ""
