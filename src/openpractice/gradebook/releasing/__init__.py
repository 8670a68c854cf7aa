"""A built lesson goes out through nbgrader; what is out, and what a change would do to kept answers."""
