"""What a workshop keeps of people: the table of it, backing up, restoring, handing out, erasing."""
