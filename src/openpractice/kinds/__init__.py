"""Every kind of prompt: what a response holds, when it is blank, how it reads."""
