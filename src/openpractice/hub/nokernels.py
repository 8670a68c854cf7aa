"""The first wall: on a server of the hub nobody runs code. The prompts need none.

A list of kernels that is empty is no wall, since a start may name one that is not listed; so
starting itself is refused, and asking to change anything about kernels or terminals too.
"""

from jupyter_server.auth import Authorizer
from jupyter_server.services.kernels.kernelmanager import AsyncMappingKernelManager
from tornado import web

CLOSED = {"kernels", "sessions", "terminals", "kernelspecs", "nbconvert"}


class NoKernels(AsyncMappingKernelManager):
    """Starts no kernel, whoever asks and however."""

    starts_none = True  # which pages are told, so that they ask for none

    async def _async_start_kernel(self, **kwargs):
        raise web.HTTPError(403, "Programs are switched off on this server.")

    start_kernel = _async_start_kernel  # type: ignore[assignment]  # as Jupyter itself overrides it


class ReadingOnly(Authorizer):
    """Lets the signed-in person do everything but run programs."""

    def is_authorized(self, handler, user, action, resource):
        return resource not in CLOSED or action == "read"
