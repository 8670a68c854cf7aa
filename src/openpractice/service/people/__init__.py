"""What facilitators' servers alone know of people: the list, and who is where."""
