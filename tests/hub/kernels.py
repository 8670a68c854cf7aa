"""A kernel on somebody's server of a real hub, and code that is run in it: somewhere to stand."""

import json
import uuid

import websocket


class Kernel:
    """Starts a kernel as that visitor; `run` gives what the code printed."""

    def __init__(self, visitor):
        self.visitor = visitor
        reply = visitor.send("POST", "api/kernels", json={"name": "python3"})
        assert reply.status_code == 201, f"{reply.status_code} {reply.text[:500]}"
        self.id = reply.json()["id"]

    def run(self, code: str, seconds: float = 60) -> str:
        """What the code prints. Raises AssertionError with its traceback when it fails."""
        base = self.visitor.address.replace("http", "ws", 1)
        cookies = self.visitor.http.cookies.jar
        path = f"/user/{self.visitor.name}/"
        mark, place = self.visitor.mark(path), self.visitor.place(path)
        link = websocket.create_connection(
            f"{base}{path}api/kernels/{self.id}/channels?_xsrf={mark}",
            cookie="; ".join(f"{c.name}={c.value}" for c in cookies if place.startswith(c.path)),
            origin=self.visitor.address.removesuffix(self.visitor.place("")),
            timeout=seconds,
        )
        try:
            return self._ask(link, code)
        finally:
            link.close()

    def _ask(self, link, code: str) -> str:
        asked = uuid.uuid4().hex
        link.send(
            json.dumps(
                {
                    "header": {
                        "msg_id": asked,
                        "msg_type": "execute_request",
                        "username": "",
                        "session": asked,
                        "version": "5.3",
                    },
                    "parent_header": {},
                    "metadata": {},
                    "channel": "shell",
                    "buffers": [],
                    "content": {"code": code, "silent": False, "store_history": False, "allow_stdin": False},
                }
            )
        )
        printed = []
        while True:
            message = json.loads(link.recv())
            if message["parent_header"].get("msg_id") != asked:
                continue
            kind, content = message["msg_type"], message["content"]
            if kind == "stream":
                printed.append(content["text"])
            elif kind == "error":
                raise AssertionError("\n".join(content["traceback"]))
            elif kind == "status" and content["execution_state"] == "idle":
                return "".join(printed)
