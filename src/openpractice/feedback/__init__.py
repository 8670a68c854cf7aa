"""What goes back to the writers, as JSON and as a page."""
