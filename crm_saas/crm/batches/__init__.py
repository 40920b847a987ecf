"""One act on many records: a job of short units that can be left alone, cancelled, and undone."""
