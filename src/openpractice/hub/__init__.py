"""The workshop for a room full of people: JupyterHub, its people and its walls."""
