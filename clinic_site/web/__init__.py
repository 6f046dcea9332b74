"""Middleware and helpers for every request and response. Knows no page and no contact request."""
