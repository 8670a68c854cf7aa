"""The service's address as people type it, without the slash at its end."""

from types import SimpleNamespace

import pytest
from tornado.httputil import HTTPHeaders, HTTPServerRequest, RequestStartLine
from tornado.web import RequestHandler

from openpractice.service import hubroutes, serve


def asking(address):
    line = RequestStartLine("GET", address, "HTTP/1.1")
    return HTTPServerRequest(
        start_line=line, headers=HTTPHeaders({"Host": "h"}), connection=SimpleNamespace(context=None)
    )


@pytest.mark.parametrize("prefix", ["/w/services/openpractice/", "/services/course/"])
@pytest.mark.parametrize("root", ["/w/services/openpractice/"])
def test_it_leads_on_to_where_the_sign_in_is_known(prefix, root, monkeypatch):
    """Browsers send the cookies of a folder to what is in it, and not to its name: the way in would never end."""
    monkeypatch.setattr(serve, "routes", lambda served: [(".*", RequestHandler)])
    served = SimpleNamespace(root=root, source=SimpleNamespace(hub=SimpleNamespace(base_url=prefix)))
    found = serve.application(served, b"secret")
    for address in {root.removesuffix("/"), prefix.removesuffix("/")}:
        assert found.find_handler(asking(address)).handler_class is hubroutes.LeadOn, address
    assert found.find_handler(asking(root)).handler_class is RequestHandler
