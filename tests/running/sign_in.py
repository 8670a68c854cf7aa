"""An identity provider for tests: one token a person, as a hub names whoever signed in."""

from jupyter_server.auth.identity import IdentityProvider, User

BEGINS = "a-token-of-"
# What the hub says of somebody by the beginning of their name; everybody else facilitates, as on a server without a hub.
GROUPS = {
    "rob": ["formgrade-open-practice"],
    "fay": ["formgrade-open-practice", "facilitate-open-practice"],
    "guest": [],
}


class Named(IdentityProvider):
    """`a-token-of-rev` is the user rev; the tests' own token is nobody in particular; nothing else signs in."""

    def get_user(self, handler):
        given = handler.get_argument("token", "") or handler.request.headers.get("Authorization", "").removeprefix(
            "token "
        )
        if given == self.token or given.startswith(BEGINS):
            user = grouped(User(given.removeprefix(BEGINS)))
            handler._token_authenticated = "Authorization" in handler.request.headers
            self.set_login_cookie(handler, user)
            return user
        user = self.get_user_cookie(handler)
        return user and grouped(user)


def grouped(user):
    """The user with what a hub would add, where the tests name a part for them."""
    if user.username in GROUPS:
        user.hub_user = {"name": user.username, "groups": GROUPS[user.username], "scopes": []}
    return user
