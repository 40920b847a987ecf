"""The leads of a workspace: the first record type."""
