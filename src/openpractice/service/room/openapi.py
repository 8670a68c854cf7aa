"""The room's doors as an OpenAPI document, made of the table of routes: nothing is described that is not there."""

from __future__ import annotations

import re

from openpractice.room import critiques
from openpractice.service.handlers.answering import Api
from openpractice.service.room import leaddoors, roomdoors, screendoors

METHODS = ("get", "put", "post", "delete")
TEXT, WHOLE, YES_NO = {"type": "string"}, {"type": "integer"}, {"type": "boolean"}
TEXTS = {"type": "array", "items": TEXT}
PARAMETERS = {
    "lesson": "which session",
    "cohort": "which cohort",
    "since": "the mark of the state at hand",
    "names": "1 for names",
}
ASKED = {
    "api/room/state": ("lesson", "since"),
    "api/room/lead/state": ("lesson", "cohort", "since", "names"),
}
BODIES = {
    "api/room/join": {"code": TEXT},
    "api/room/here": {},
    "api/room/hand": {"up": YES_NO, "note": TEXT},
    "api/room/seen": {"shares": TEXTS},
    "api/room/report/{id}": {"why": TEXT},
    "api/room/count/{id}": {},
    "api/room/work/{id}": {"text": TEXT},
    "api/room/work/{id}/sit": {},
    "api/room/work/{id}/decline": {"id": TEXT, "why": TEXT},
    "api/room/work/{id}/give": {"id": TEXT, "index": WHOLE},
    "api/room/critique/{id}/reply": {"change": TEXT, "keep": TEXT},
    "api/room/volunteer": {"willing": YES_NO},
    "api/room/leave": {},
    "api/room/lead/cohort": {"title": TEXT},
    "api/room/lead/do/{id}": {
        **dict.fromkeys(("lesson", "prompt", "phase", "share", "person", "what", "why", "text", "id"), TEXT),
        **dict.fromkeys(critiques.FIELDS, TEXT),
        **dict.fromkeys(("step", "minutes", "size", "number"), WHOLE),
        **dict.fromkeys(("shown", "reset"), YES_NO),
    },
}
ERROR = {
    "type": "object",
    "required": ["code", "message"],
    "properties": {"code": {**TEXT, "description": "for programs"}, "message": {**TEXT, "description": "for people"}},
}


def document(root: str) -> dict:
    """OpenAPI 3.1: every door of the room below `root`, what it takes, and how it refuses."""
    paths = {}
    for pattern, handler in (*roomdoors.ROUTES, *leaddoors.ROUTES, *screendoors.ROUTES):
        path = re.sub(r"\(.*?\)", "{id}", pattern)
        paths[f"/{path}"] = {
            method: _operation(path, method, handler)
            for method in METHODS
            if any(method in vars(base) for base in handler.__mro__ if issubclass(base, Api))
        }
    return {
        "openapi": "3.1.0",
        "info": {"title": "The room", "version": "1"},
        "servers": [{"url": root.rstrip("/")}],
        "paths": paths,
        "components": {"schemas": {"Error": ERROR}},
    }


def _operation(path, method, handler):
    operation = {
        "summary": handler.__doc__.strip().split("\n")[0],
        "responses": {"200": _reply(path), "default": _refusal()},
    }
    parameters = [{"name": "id", "in": "path", "required": True, "schema": TEXT}] if "{id}" in path else []
    if path == "api/room/lead/do/{id}":
        parameters[0]["schema"] = {**TEXT, "enum": sorted(leaddoors.ACTS)}
    parameters += [
        {"name": name, "in": "query", "description": PARAMETERS[name], "schema": TEXT} for name in ASKED.get(path, ())
    ]
    if parameters:
        operation["parameters"] = parameters
    if method in ("put", "post"):
        schema = {"type": "object", "properties": BODIES[path]}
        operation["requestBody"] = {"required": True, "content": {"application/json": {"schema": schema}}}
    return operation


def _reply(path):
    kind = "text/event-stream" if path.endswith("stream") else "application/json"
    schema = TEXT if path.endswith("stream") else {"type": "object"}
    return {"description": "what was asked for", "content": {kind: {"schema": schema}}}


def _refusal():
    schema = {"$ref": "#/components/schemas/Error"}
    return {"description": "a refusal, in words", "content": {"application/json": {"schema": schema}}}


class Document(Api):
    """This document."""

    roles = ("participant", "facilitator", "alone")

    async def get(self):
        self.reply(document(self.served.root))


ROUTES = [(r"api/room/openapi\.json", Document)]
