"""What a page gives as a file, read without waiting for the browser to say that the file is whole.

Chromium without windows does not always say it, nor always goes on to another page after it; Playwright waits without end.
"""

from collections.abc import Callable
from urllib.parse import urljoin


def linked(page, name: str) -> bytes:
    """The content of the file to which the link of that name leads, asked for with the page's own cookies."""
    reply = page.request.get(urljoin(page.url, page.get_by_role("link", name=name).get_attribute("href")))
    assert reply.ok and "attachment" in reply.headers["content-disposition"]
    return reply.body()


def downloaded(page, press: Callable[[], None]) -> bytes:
    """The content of the file that the page itself makes when `press()` is called."""
    with page.expect_download() as download:
        press()
    return page.evaluate("(address) => fetch(address).then((reply) => reply.text())", download.value.url).encode()
