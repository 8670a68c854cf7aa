"""Starting and stopping a workshop: the data folder, and the servers on top of it."""
