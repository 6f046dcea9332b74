"""`python -m clinic_site.container_health`: does the site in this container answer?

It asks under the clinic's own host name, because every other name is refused.
"""

import http.client
import os
import sys
from pathlib import Path

from clinic_site.identity import load_clinic

CLINIC_TOML = Path(__file__).resolve().parent.parent / "clinic.toml"


def main() -> int:
    """0 when /healthz answers 200 within four seconds, else 1."""
    connection = http.client.HTTPConnection("127.0.0.1", port(), timeout=4)
    try:
        connection.request("GET", "/healthz", headers={"Host": host()})
        return 0 if connection.getresponse().status == 200 else 1
    except (OSError, http.client.HTTPException):
        return 1


def port() -> int:
    """The port that gunicorn listens on."""
    return int(os.environ.get("BIND", ":8000").split(",")[0].rpartition(":")[2])


def host() -> str:
    """A name that the site answers to."""
    allowed = os.environ.get("ALLOWED_HOSTS", "").split(",")[0].strip().lstrip(".")
    return allowed or load_clinic(Path(os.environ.get("CLINIC_TOML") or CLINIC_TOML)).host


if __name__ == "__main__":
    sys.exit(main())
