"""How gunicorn serves the site, in `make run` and in production.

`gunicorn --config clinic_site/gunicorn_settings.py clinic_site.wsgi`
"""

import os

# "0.0.0.0:8000" in a container; several, separated by commas, are allowed.
bind = os.environ.get("BIND", "127.0.0.1:8000").split(",")

# Threads keep connections alive and wait for slow readers without holding a process each.
worker_class = "gthread"
workers = int(os.environ.get("WEB_CONCURRENCY", "2"))
threads = 4
preload_app = True  # a mistake in the settings ends the start at once, with its text

timeout = 30
graceful_timeout = 15  # less than the 30 s that container runtimes wait before they kill
keepalive = 5

# Readers have short addresses, few headers and no cookie; staff have a session.
limit_request_line = 4094
limit_request_fields = 60
limit_request_field_size = 8190

# No header of a request changes scheme or path here: Django decides whom it trusts.
forwarded_allow_ips = ""

logger_class = "clinic_site.web.server_log.ServerLog"
accesslog = None
control_socket_disable = True  # it would be made in the home directory

# What the site must not be or hold (`intake.startup`) is asked before the first worker starts,
# and by each worker as long as the answer is unknown. A bad one ends all of it.


def on_starting(server: object) -> None:
    """In the first process, with the application loaded."""
    from intake import startup

    startup.begin()


def post_fork(server: object, worker: object) -> None:
    """In a worker."""
    from clinic_site import early_refusals
    from intake import startup

    early_refusals.install()

    startup.end_all_when_bad()


def on_exit(server: object) -> None:
    """In the first process again."""
    from intake import startup

    startup.conclude()
