"""Health probe of the container: `python -m clinic_site.health_probe` asks its site."""

import http.client
import os
import sys
from contextlib import closing
from pathlib import Path

from clinic_site.clinic.identity import load_clinic

CLINIC_TOML = Path(__file__).resolve().parent.parent / "clinic.toml"


def main() -> int:
    """Exit code 0 when the site answers, otherwise 1."""
    return 0 if answers(port(), host()) else 1


def answers(port: int, host: str = "localhost") -> bool:
    """Whether /healthz returns 200 within four seconds, asked under an allowed host name."""
    with closing(http.client.HTTPConnection("127.0.0.1", port, timeout=4)) as connection:
        try:
            connection.request("GET", "/healthz", headers={"Host": host})
            return connection.getresponse().status == 200
        except (OSError, http.client.HTTPException):
            return False


def port() -> int:
    """The port of the first address in BIND; 8000 when unset."""
    return int(os.environ.get("BIND", ":8000").split(",")[0].rpartition(":")[2])


def host() -> str:
    """The first name in ALLOWED_HOSTS, or the clinic's own host when unset."""
    allowed = os.environ.get("ALLOWED_HOSTS", "").split(",")[0].strip().lstrip(".")
    return allowed or load_clinic(Path(os.environ.get("CLINIC_TOML") or CLINIC_TOML)).host


if __name__ == "__main__":
    sys.exit(main())
