"""Reviewing on the server: only loaded where facilitators sign in, never on a participant's server."""
