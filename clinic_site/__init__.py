"""The site as a whole: settings, the clinic's identity, and what every answer carries.

settings            every setting, in Django's order; values from the environment
environment         reads those values, with clear complaints
identity            clinic.toml -> frozen Clinic; all mistakes at once
embedded_postgres   the database of a machine that has none (development, tests)
tryout              what `make run` runs
gunicorn_settings   the server process; quiet logs
middleware          security headers, named as in Django 6
content_security    the two policies: readers and desk
caching             Cache-Control per kind of page
log_redaction       no content, address or agent in any record
checks              deployment mistakes as system checks
context_processors, urls, views (health, errors), error_pages, wsgi
"""
