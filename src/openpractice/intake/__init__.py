"""From untrusted files to clean submissions: open, judge, copy, ingest."""
