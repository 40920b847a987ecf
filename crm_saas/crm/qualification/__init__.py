"""What makes a potential customer a prospective one: criteria of the workspace, evidence, and who confirms."""
