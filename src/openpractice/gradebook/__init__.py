"""All that knows nbgrader: its database, our tables beside its, its commands."""
