"""Composition root: settings, URLs, start-up and health checks. It may import everything else.

clinic     the clinic's facts from `clinic.toml`, as frozen objects; imports nothing of ours
web        middleware and helpers for every request and response
tryout     `make run`; not part of the container image
"""

__version__ = "0.9.0.dev0"
"""The version of the product (PEP 440), written here only. `tests/test_version.py` compares it."""
