"""What gunicorn may write down: that it runs, and the kind of what it refused.

gunicorn's own log quotes a malformed request together with the address it came from, and names
the path of a failed one. Here a refusal leaves its kind, a failure the place in the code.
"""

import sys
from typing import Any

from gunicorn.glogging import Logger

from clinic_site.web.log_redaction import LineFormatter


class ServerLog(Logger):  # type: ignore[misc]  # gunicorn brings no types
    """gunicorn's logger without addresses, agents, paths or words of requests."""

    def setup(self, cfg: Any) -> None:
        """The site's one line format on gunicorn's handler."""
        super().setup(cfg)
        for handler in self.error_log.handlers:
            handler.setFormatter(LineFormatter())

    def access(self, resp: Any, req: Any, environ: Any, request_time: Any) -> None:
        """Nobody's visit is written down."""

    def info(self, msg: str, *args: Any, **kwargs: Any) -> None:
        """gunicorn's own comings and goings; no request reaches this level."""
        super().info(msg % args if args else msg, **kwargs)

    def warning(self, msg: str, *args: Any, **kwargs: Any) -> None:
        """While an exception is handled, the text is that of a request: only the kind stays."""
        refusal = sys.exc_info()[0]
        super().warning(f"request refused: {refusal.__name__}" if refusal else msg)

    def exception(self, msg: str, *args: Any, **kwargs: Any) -> None:
        """The arguments hold method and path; the formatter leaves the exception's text out."""
        super().exception("failed while serving")

    def debug(self, msg: str, *args: Any, **kwargs: Any) -> None:
        """Parser details quote requests."""
