"""Who is asking, wherever the service runs, and what a Jupyter server lets them reach."""
