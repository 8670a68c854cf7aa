"""From answers to counts that name nobody."""
