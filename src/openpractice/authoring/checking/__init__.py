"""What `check` looks at beyond one block: the course, each prompt, the text, the time, what must not leak."""
