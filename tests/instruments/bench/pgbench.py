"""pgbench with the rows of a post in one statement: what the database alone takes."""

import re
import subprocess
from collections.abc import Iterator
from pathlib import Path

from django.db import connection
from django.db.models import Model

from clinic_site.tryout import embedded_postgres
from tests.instruments.bench import sample_rows

PEOPLE = 8
SECONDS = 6
NEW = {"id": "gen_random_uuid()", "request_id": "request", "submission_id": "submission"}
OWN = {"intake_request": "request", "intake_submission": "submission"}


def per_second(url: str, scratch: Path) -> float:
    """Transactions per second, by the owner."""
    file = scratch / "post.sql"
    file.write_text(_statement())
    program = embedded_postgres.binaries() / "pgbench"
    options = ["-n", "-f", file, "-c", PEOPLE, "-j", 2, "-T", SECONDS]
    done = subprocess.run(
        [program, *map(str, options), url], capture_output=True, text=True, check=True
    )
    found = re.search(r"tps = ([\d.]+)", done.stdout)
    assert found, done.stdout
    return float(found[1])


def _statement() -> str:
    ids = "ids AS (SELECT gen_random_uuid() AS request, gen_random_uuid() AS submission)"
    request, submission, wraps, notice = sample_rows.form()
    rows = enumerate((request, submission, *wraps, notice))
    inserts = [f"row{number} AS ({_insert(row)})" for number, row in rows]
    return " ".join(f"WITH {', '.join([ids, *inserts])} SELECT".split("\n")) + ";\n"


def _insert(row: Model) -> str:
    table = row._meta.db_table
    columns = ", ".join(f'"{field.column}"' for field in row._meta.local_concrete_fields)
    return f'INSERT INTO "{table}" ({columns}) SELECT {", ".join(_values(row))} FROM ids'


def _values(row: Model) -> Iterator[str]:
    connection.ensure_connection()
    for field in row._meta.local_concrete_fields:
        value = field.get_db_prep_save(getattr(row, field.attname), connection)
        if field.column in NEW and value is not None:
            yield (
                OWN.get(row._meta.db_table, NEW["id"])
                if field.column == "id"
                else NEW[field.column]
            )
        else:
            with connection.connection.cursor() as cursor:
                yield cursor.mogrify("%s", [value]).decode()
