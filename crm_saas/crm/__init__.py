"""The CRM core: the record engine and the objects on it."""
