"""An identity provider for tests: one token a person, as a hub names whoever signed in."""

from jupyter_server.auth.identity import IdentityProvider, User

BEGINS = "a-token-of-"


class Named(IdentityProvider):
    """`a-token-of-rev` is the user rev; the tests' own token is nobody in particular; nothing else signs in."""

    def get_user(self, handler):
        given = handler.get_argument("token", "") or handler.request.headers.get("Authorization", "").removeprefix("token ")
        if given == self.token or given.startswith(BEGINS):
            user = User(given.removeprefix(BEGINS))
            handler._token_authenticated = "Authorization" in handler.request.headers
            self.set_login_cookie(handler, user)
            return user
        return self.get_user_cookie(handler)
