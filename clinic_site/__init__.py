"""The site as a whole: settings, the clinic's identity, and what every answer carries.

settings, environment    every setting, in Django's order; values from the environment
identity                 clinic.toml -> frozen Clinic; all mistakes at once
clinic_tables            its tables as typed classes
legal_duties, languages  tables about the law, complaints, access and posted languages
clinic_rules             which values of the file need others
clinic_file, value_kinds reading them: what each value looks like, and what to say if it does not
opening_hours            spans, sessions, hours and holidays
embedded_postgres        the database of a machine that has none (development, tests)
tryout                   what `make run` runs
gunicorn_settings        the server process
middleware               headers of every answer, named as in Django 6
content_security         the two policies: readers and desk
log_redaction, server_log   no content, address or agent in any record
checks                   deployment mistakes as system checks
context_processors, urls, views (health, errors), error_pages, wsgi
"""
