"""A person's own words: the append-only file, its records, merging and export."""
