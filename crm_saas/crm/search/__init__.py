"""One search over all objects: ranked hits with what matched, and mending of typing errors."""
