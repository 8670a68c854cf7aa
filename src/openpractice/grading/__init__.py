"""Collecting, reading and returning what was handed in."""
