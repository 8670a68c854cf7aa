"""The room: what a cohort sees of itself. Shares, counts, critique, a live session; no HTTP here."""
