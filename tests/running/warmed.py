"""Imports what a server of a course imports, and nothing else: loaded once, before servers are forked off."""

import jupyter_server.serverapp
import jupyter_server.services.contents.largefilemanager

from openpractice.service import app, extension

app.table()
