"""How alike reviewers read: invented answers to calibrate on, and how far two readings agree."""
