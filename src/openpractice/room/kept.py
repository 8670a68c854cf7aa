"""What the room keeps, of whom, who sees it, how long, and what becomes of it: one table for pages and tests.

Nothing goes by itself but hands, when a session ends, and addresses of the screen, which expire: the rest
lies in the course's data folder until that is deleted, or until somebody leaves or is erased.
"""

from dataclasses import dataclass

ON_LEAVING = ("gone", "stated", "nameless", "stays")


@dataclass(frozen=True)
class KeptKind:
    """One kind of data, by the names of its sentences.

    Attributes
    ----------
    tables
        In which it lies, without the ``room_`` before their names.
    seen
        By whom: ``group``, ``leads``, ``pair``, ``counts`` or ``nobody``.
    on_leaving
        What leaving does to it: one of `ON_LEAVING`; ``stated`` is what the course states beforehand.
    copied
        Under which names it is in a person's own copy: see `openpractice.room.leaving.copy_of`.
    """

    id: str
    tables: tuple[str, ...]
    seen: str
    on_leaving: str
    copied: tuple[str, ...] = ()


KEPT = (
    KeptKind("member", ("member",), "leads", "gone", ("member",)),
    KeptKind("share", ("share", "share_version"), "group", "stated", ("shared", "versions")),
    KeptKind("report", ("report",), "leads", "nameless", ("reports",)),
    KeptKind("answered", ("answered",), "leads", "gone", ("answered",)),
    KeptKind("ballot", ("ballot", "result"), "counts", "gone"),
    KeptKind("critique", ("assignment", "critique"), "pair", "nameless", ("given", "received")),
    KeptKind("attendance", ("attendance",), "leads", "stays", ("attendance",)),
    KeptKind("hand", ("stuck",), "leads", "gone"),
    KeptKind("group", ("grouping",), "group", "gone"),
    KeptKind("gone", ("gone",), "nobody", "stays"),
    KeptKind("session", ("cohort", "question", "round", "live", "projector", "log"), "leads", "stays"),
)
