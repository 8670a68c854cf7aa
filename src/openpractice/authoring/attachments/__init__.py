"""Pictures and papers beside a lesson: whether they can be carried, and their bytes."""
