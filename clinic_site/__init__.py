"""Composition: settings, URLs, start-up and health. It imports every floor below it.

clinic     the clinic's facts from `clinic.toml`, as frozen objects; imports nothing of ours
web        what every request and response passes through
tryout     `make run`; left out of the image
"""

__version__ = "0.9.0.dev0"
"""The version of the product (PEP 440), written here only. `tests/test_version.py` compares it."""
