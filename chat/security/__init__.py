"""Passwords, tokens, limits and headers."""
