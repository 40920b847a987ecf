"""A hosted, multi-tenant CRM: one Flask deployment, one PostgreSQL schema per workspace."""
