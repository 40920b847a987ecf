"""What members say about a record, for those who may read it."""
