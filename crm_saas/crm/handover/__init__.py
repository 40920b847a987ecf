"""Handing over what a member owns, in one step: who gets how much, the work, and the list of what moved."""
