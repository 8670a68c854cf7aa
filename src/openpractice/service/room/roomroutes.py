"""Every route of the room, in one table."""

from __future__ import annotations

from openpractice.service.room import leaddoors, openapi, roomdoors, roompages, screendoors

ROUTES = [*roomdoors.ROUTES, *leaddoors.ROUTES, *screendoors.ROUTES, *openapi.ROUTES, *roompages.ROUTES]
