"""Accounts, staff roles, signing in and the second factor."""
