"""Grants of the token endpoint, one a file."""
