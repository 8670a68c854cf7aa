"""Lessons as people read them: which there are, their text and questions, how each stands, and putting them out."""
