"""The room over HTTP: doors for participants, for those who lead, and for the screen in the room."""
