"""The HTTP edge: authenticate, find the workspace, open the unit of work, act, dump, commit."""
