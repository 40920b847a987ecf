"""Everything without domain words: database planes, units of work, events, jobs, errors, clock, ids, mail, files."""
