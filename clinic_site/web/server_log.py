"""gunicorn logger class that never logs a request's content, address or path.

gunicorn would quote a malformed request with the address it came from, and the path of a failed
one. Here a refused request is logged by its kind, and a failure by its place in the code.
"""

import sys
from typing import Any

from gunicorn.glogging import Logger

from clinic_site.web.log_redaction import LineFormatter


class ServerLog(Logger):  # type: ignore[misc]  # gunicorn brings no types
    """gunicorn's logger; the name is set as `logger_class` in gunicorn_settings."""

    def setup(self, cfg: Any) -> None:
        """Format gunicorn's own lines like those of the site."""
        super().setup(cfg)
        for handler in self.error_log.handlers:
            handler.setFormatter(LineFormatter())

    def access(self, resp: Any, req: Any, environ: Any, request_time: Any) -> None:
        """Write no access log."""

    def info(self, msg: str, *args: Any, **kwargs: Any) -> None:
        """Log starts and stops of processes; gunicorn logs no request at this level."""
        super().info(msg % args if args else msg, **kwargs)

    def warning(self, msg: str, *args: Any, **kwargs: Any) -> None:
        """Log a refused request by the type of its exception, and other warnings in full."""
        refusal = sys.exc_info()[0]
        super().warning(f"request refused: {refusal.__name__}" if refusal else msg)

    def exception(self, msg: str, *args: Any, **kwargs: Any) -> None:
        """Log a failure without its arguments, which hold the method and the path."""
        super().exception("failed while serving")

    def debug(self, msg: str, *args: Any, **kwargs: Any) -> None:
        """Drop debug messages, because the parser's quote requests."""
