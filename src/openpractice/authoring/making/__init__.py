"""What a lesson becomes: the notebook, the prompts in it, the guide for facilitators."""
