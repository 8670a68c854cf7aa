"""Lessons in Markdown in; notebooks, guides and problems out."""
