"""`make run`: an embedded PostgreSQL, the site, the desk and the worker on one machine.

Nothing imports this package, and the container image does not contain it.
"""
