"""Keeping what tenants entrusted to us: backup, restore, move, closing and purging of whole workspaces.

Everything here works on a whole workspace as the owner of the schemas, in the `keep` worker: each act is a row in
`control.keeping_task` that a killed worker leaves to the next one.
"""
