"""Participants: the pages they read and the doors their words go through."""
