"""A lesson file read: its blocks, their options, and every fault on the way."""
