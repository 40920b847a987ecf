"""How long things are kept: records that a rule names are deleted, old history loses what is personal."""
