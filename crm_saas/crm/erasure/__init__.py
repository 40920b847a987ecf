"""Everything that is held about a person: looked for, handed out, erased, and proven gone."""
