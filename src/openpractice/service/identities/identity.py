"""Who is asking: a small identity, and where it comes from.

Routes are written once against these. An identity comes from a hub (`hubidentity`), from the Jupyter
server that the routes are loaded into (`jupyteridentity`), or from a table in a test.
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from dataclasses import dataclass


@dataclass(frozen=True)
class Identity:
    """Whoever signed in.

    Parameters
    ----------
    id
        The id that names this person in paths, marks and the audit; "" where the sign-in names nobody.
    name
        What they are called on pages.
    role
        ``participant``, ``facilitator``, ``reviewer`` or ``alone``; "" for somebody who has no part here.
    sign_out
        The address that signs this person out; "" where signing out is somebody else's.
    carried
        Whether a program brought a token, rather than a browser its cookie: no page can forge that, so
        it needs no mark.
    server
        Whether the token is that of the person's own Jupyter server, which opens participants' doors only.
    token
        What this sign-in may ask the hub with, in the person's name.
    hub_name
        The name as the hub has it, of which `id` is made; "" where no hub says who somebody is.
    """

    id: str
    name: str
    role: str
    sign_out: str = ""
    carried: bool = False
    server: bool = False
    token: str = ""
    hub_name: str = ""


class IdentitySource(ABC):
    """Where identities come from, and how somebody signs in.

    The mark is what one page of ours knows and no other page of the same address: a request that a
    browser sends on behalf of a script carries it, or is refused.
    """

    #: Whether the sign-in says who somebody is, so that nobody says a name.
    names_people = True

    @abstractmethod
    async def who(self, handler) -> Identity | None:
        """Whoever sent this request; None for somebody who has not signed in. Never blocks."""

    @abstractmethod
    def sign_in(self, handler) -> str:
        """The address to sign in at, which leads back to this request's."""

    @abstractmethod
    def mark(self, handler) -> str:
        """The mark of this sign-in, set as a cookie that our pages can read."""

    @abstractmethod
    def is_marked(self, handler, given: str) -> bool:
        """Whether `given`, from the request's header or form, is this sign-in's mark."""

    @abstractmethod
    def forget(self, name: str) -> None:
        """From now on whoever is called `name` where they sign in is looked up anew."""
