"""Composition: settings, URLs, start-up and health. It imports every floor below it.

clinic     the clinic's facts from `clinic.toml`, as frozen objects; imports nothing of ours
web        what every request and response passes through
tryout     `make run`; left out of the image
"""
