"""A whole workspace in one zip file, for its owner to keep or to take elsewhere."""
