"""gunicorn configuration, for `make run` and for production.

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

# The hooks below run the start-up checks of `intake.startup`: before the first worker starts, and
# in each worker until there is a result. A failed check ends every process.


def on_starting(server: object) -> None:
    """Start the checks in the master process, once the application is loaded."""
    from intake import startup

    startup.begin()


def post_fork(server: object, worker: object) -> None:
    """Prepare a worker: our error page, and an end when a check failed."""
    from clinic_site import early_refusals
    from intake import startup

    early_refusals.install()

    startup.end_all_when_bad()


def on_exit(server: object) -> None:
    """Finish the checks, in the master process."""
    from intake import startup

    startup.conclude()
