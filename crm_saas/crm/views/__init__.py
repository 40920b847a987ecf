"""Saved views: a list of a record type under a name, for oneself or for everyone."""
