"""The Jupyter Server extension: doors for answers, and pages."""
