"""Who is in the course, and which row of a list is which person."""
