"""Accounts of colleagues, managed by a clinic manager."""
