"""`make manage ARGS="..."`: runs a command of manage.py on the database of `make run`.

It uses the database server of a running `make run`, or else starts one for the command.
"""

import os
import sys
from contextlib import AbstractContextManager, nullcontext
from pathlib import Path

from django.core.management import execute_from_command_line

from clinic_site.tryout import embedded_postgres


def main(arguments: list[str]) -> int:
    """Run the command; without a database, print the reason and return exit code 1."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "clinic_site.settings")
    try:
        with database() as url:
            os.environ["DATABASE_URL"] = url
            execute_from_command_line(["manage.py", *arguments])
    except embedded_postgres.EmbeddedPostgresError as error:
        print(error, file=sys.stderr)
        return 1
    return 0


def database() -> AbstractContextManager[str]:
    """DATABASE_URL if set, else the URL of the running server, else of one started for this."""
    var = Path(os.environ.get("CLINIC_VAR") or "var").resolve()
    if url := os.environ.get("DATABASE_URL") or embedded_postgres.running_here(var / "postgres"):
        return nullcontext(url)
    return embedded_postgres.running(var / "postgres", log=var / "log" / "postgres.log")


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
