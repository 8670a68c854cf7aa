"""course.yml and rubric.yml read, and the folder of lessons as a whole."""
