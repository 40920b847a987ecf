"""Imports: files of people and companies become records, and can be taken back."""
