"""Local trial with `make run`: embedded PostgreSQL, site, desk and worker on one machine.

The product never imports this package, and the container image does not contain it.
"""
