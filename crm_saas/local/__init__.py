"""The embedded default: PostgreSQL and Redis from wheels, and the supervisor of every process on one machine."""
