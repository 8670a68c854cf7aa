"""The sample cohort: invented people who fill a course that nobody has taken yet."""
