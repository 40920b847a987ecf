"""The record engine: one description of each object drives everything."""
