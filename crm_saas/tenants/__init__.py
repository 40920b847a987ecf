"""Organisations and people: workspaces, users, sign-up, sign-in, memberships, entitlements, provisioning."""
