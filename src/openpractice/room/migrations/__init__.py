"""How the room's tables came to be, step by step; an older database is brought up on opening."""
