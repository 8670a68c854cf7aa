"""What leaves a person's own folder and what does not: the exchange's layout and responses.json."""
