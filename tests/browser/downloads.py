"""What a page gives as a file, read without waiting for the browser to say that the file is whole.

Chromium without windows does not always say it, and Playwright waits for that without end.
"""

from collections.abc import Callable


def downloaded(page, press: Callable[[], None]) -> bytes:
    """The content of the file that comes when `press()` was called, asked for once more at its address."""
    with page.expect_download() as download:
        press()
    address = download.value.url
    if address.startswith("blob:"):
        return page.evaluate("(address) => fetch(address).then((reply) => reply.text())", address).encode()
    reply = page.request.get(address)
    assert reply.ok and "attachment" in reply.headers["content-disposition"]
    return reply.body()
