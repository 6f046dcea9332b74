"""Database triggers: the rules about changes that Postgres itself keeps, rendered from `states`.

Each rule is a function and its triggers, all with the same plain name. Their errors name the rule
and never show a row. Migrations hold this SQL as frozen text (docs/decisions/0009-frozen-sql.md):
a change here needs a new one, and a test fails until it is there.

The owner of a table can switch triggers off, so in production the database roles of the processes
own nothing. Tests switch off LEDGER_KEEPS_ALL alone, because the flush after a live-server test is
a TRUNCATE.
"""

from typing import NamedTuple

from intake.rules.states import TRANSITIONS

LEDGER_LOCK = 5_404_101_168  # any constant: who holds it may add the next line of the ledger
LEDGER_KEEPS_ALL = "ledger_keeps_all"
REQUEST_ORIGIN = ("id", "received", "lane", "form_version", "suite")
"""Columns that say when and how a request came in. They never change."""

HASH_ARGUMENTS = "previous_hash, number, at, action, by, record, reason, detail"
HASH_FUNCTION = """
SELECT sha256(convert_to(json_build_array(
    encode(previous_hash, 'hex'), number, (extract(epoch FROM at) * 1000000)::bigint,
    action, by, record, reason, detail)::text, 'UTF8'))
"""


class Rule(NamedTuple):
    """A trigger function, and the triggers that call it: (table, event, condition) for each.

    A `privileged` function runs with the rights of its owner, because it reads or writes what the
    database role that fires it may not.
    """

    name: str
    body: str
    when: tuple[tuple[str, str, str], ...]
    privileged: bool = False


def install() -> list[str]:
    """The SQL statements that make every rule, in order. Each may be run again."""
    return [_hash_sql(), *(sql for rule in rules() for sql in _rule_sql(rule))]


def rules() -> tuple[Rule, ...]:
    """Every rule, in the order in which the statements have to run."""
    return (
        _request_arrives(),
        _request_steps(),
        _request_origin_fixed(),
        _request_leaves(),
        _request_joins(),
        _request_parts(),
        _submission_numbered(),
        _submission_revises(),
        _sealed_fixed(),
        _sealed_leaves(),
        _wrap_leaves(),
        _ledger_appends(),
        _ledger_fixed(),
        _ledger_keeps_all(),
    )


def _request_arrives() -> Rule:
    arrivals = ", ".join(f"'{step.target}'" for step in TRANSITIONS if step.source is None)
    body = f"""
    IF NEW.state NOT IN ({arrivals}) OR NEW.owner <> '' OR NEW.duplicate_of_id IS NOT NULL THEN
        RAISE EXCEPTION 'a request arrives as new or quarantined, without owner or link';
    END IF;
    IF NEW.received <> date_trunc('minute', NEW.received) THEN
        RAISE EXCEPTION 'the time of a request is kept to the minute';
    END IF;
    RETURN NEW;
    """
    return Rule("request_arrives", body, (("intake_request", "BEFORE INSERT", ""),))


def _request_steps() -> Rule:
    pairs = ",\n        ".join(
        f"('{step.source}', '{step.target}')" for step in TRANSITIONS if step.source
    )
    body = f"""
    IF (OLD.state, NEW.state) NOT IN (
        {pairs}
    ) THEN
        RAISE EXCEPTION 'no step leads from % to %', OLD.state, NEW.state;
    END IF;
    RETURN NEW;
    """
    changed = "OLD.state IS DISTINCT FROM NEW.state"
    return Rule("request_steps", body, (("intake_request", "BEFORE UPDATE", changed),))


def _request_origin_fixed() -> Rule:
    old, new = (", ".join(f"{row}.{name}" for name in REQUEST_ORIGIN) for row in ("OLD", "NEW"))
    body = "RAISE EXCEPTION 'when and how a request came in does not change';"
    changed = f"({old}) IS DISTINCT FROM ({new})"
    return Rule("request_origin_fixed", body, (("intake_request", "BEFORE UPDATE", changed),))


def _request_leaves() -> Rule:
    body = "RAISE EXCEPTION 'only a purged request is deleted';"
    kept = "OLD.state <> 'purged'"
    return Rule("request_leaves", body, (("intake_request", "BEFORE DELETE", kept),))


def _request_joins() -> Rule:
    """A person and a relative who asks for that person have two secrets, so they are never linked.

    Joining a duplicate is refused, so that links never lead in a circle.
    """
    body = """
    PERFORM FROM intake_request WHERE id = NEW.duplicate_of_id FOR SHARE;
    IF EXISTS (
        SELECT FROM intake_request WHERE id = NEW.duplicate_of_id AND asker <> NEW.asker
    ) THEN
        RAISE EXCEPTION 'a duplicate never joins across self and family';
    END IF;
    IF EXISTS (
        SELECT FROM intake_request
        WHERE id = NEW.duplicate_of_id AND id <> NEW.id AND state = 'duplicate'
    ) THEN
        RAISE EXCEPTION 'a duplicate joins a request that is none itself';
    END IF;
    RETURN NEW;
    """
    linked = "NEW.duplicate_of_id IS DISTINCT FROM OLD.duplicate_of_id"
    linked += " AND NEW.duplicate_of_id IS NOT NULL"
    return Rule("request_joins", body, (("intake_request", "BEFORE UPDATE", linked),))


def _request_parts() -> Rule:
    """The link goes with the state, so that no other request is kept or deleted for its sake."""
    body = """
    NEW.duplicate_of_id := NULL;
    RETURN NEW;
    """
    left = "OLD.state = 'duplicate' AND NEW.state <> 'duplicate'"
    return Rule("request_parts", body, (("intake_request", "BEFORE UPDATE", left),))


def _submission_numbered() -> Rule:
    """Two forms within one minute have the same time; the number says which came later."""
    body = """
    SELECT coalesce(max(revision), 0) + 1 INTO NEW.revision
    FROM intake_submission WHERE request_id = NEW.request_id;
    RETURN NEW;
    """
    return Rule(
        "submission_numbered", body, (("intake_submission", "BEFORE INSERT", ""),), privileged=True
    )


def _submission_revises() -> Rule:
    """What a visitor has corrected counts at once, before anybody opens the form.

    It counts for a closed request too, in case it is opened again. It is a change like those of
    staff: whoever still sees the older words can change nothing.
    """
    body = """
    UPDATE intake_request SET
        changes = changes + 1,
        asker = NEW.asker, channel = NEW.channel, windows = NEW.windows, language = NEW.language,
        next_due = CASE WHEN owner = '' AND closed_at IS NULL THEN NEW.deadline ELSE next_due END
    WHERE id = NEW.request_id;
    RETURN NULL;
    """
    later = "NEW.revision > 1"
    return Rule(
        "submission_revises",
        body,
        (("intake_submission", "AFTER INSERT", later),),
        privileged=True,
    )


def _sealed_fixed() -> Rule:
    body = "RAISE EXCEPTION 'what is sealed does not change';"
    tables = ("intake_submission", "intake_stafftext", "intake_keywrap")
    return Rule("sealed_fixed", body, tuple((table, "BEFORE UPDATE", "") for table in tables))


def _sealed_leaves() -> Rule:
    body = """
    IF NOT EXISTS (
        SELECT FROM intake_request WHERE id = OLD.request_id AND state = 'purged'
    ) THEN
        RAISE EXCEPTION 'sealed text is deleted with its purged request only';
    END IF;
    RETURN OLD;
    """
    tables = ("intake_submission", "intake_stafftext")
    return Rule("sealed_leaves", body, tuple((table, "BEFORE DELETE", "") for table in tables))


def _wrap_leaves() -> Rule:
    """Rotation may take a wrap away while another one can still open the text."""
    body = """
    IF NOT EXISTS (
        SELECT FROM intake_keywrap
        WHERE id <> OLD.id
        AND (submission_id = OLD.submission_id OR staff_text_id = OLD.staff_text_id)
    ) AND NOT EXISTS (
        SELECT FROM intake_request WHERE state = 'purged' AND id IN (
            SELECT request_id FROM intake_submission WHERE id = OLD.submission_id
            UNION ALL SELECT request_id FROM intake_stafftext WHERE id = OLD.staff_text_id)
    ) THEN
        RAISE EXCEPTION 'the last wrap of a text goes with its purged request only';
    END IF;
    RETURN OLD;
    """
    return Rule("wrap_leaves", body, (("intake_keywrap", "BEFORE DELETE", ""),))


def _ledger_appends() -> Rule:
    """The lock comes before the number: numbered first, two writers would chain to one line."""
    body = f"""
    PERFORM pg_advisory_xact_lock({LEDGER_LOCK});
    SELECT number + 1, hash INTO NEW.number, NEW.previous_hash
    FROM intake_ledgerentry ORDER BY number DESC LIMIT 1;
    IF NOT FOUND THEN
        NEW.number := 1;
        NEW.previous_hash := '';
    END IF;
    NEW.at := clock_timestamp();
    NEW.hash := ledger_hash(NEW.previous_hash, NEW.number, NEW.at, NEW.action, NEW."by",
                            NEW.record, NEW.reason, NEW.detail);
    RETURN NEW;
    """  # noqa: S608 - a constant
    return Rule(
        "ledger_appends", body, (("intake_ledgerentry", "BEFORE INSERT", ""),), privileged=True
    )


def _ledger_fixed() -> Rule:
    body = "RAISE EXCEPTION 'the ledger is only added to';"
    return Rule("ledger_fixed", body, (("intake_ledgerentry", "BEFORE UPDATE OR DELETE", ""),))


def _ledger_keeps_all() -> Rule:
    body = "RAISE EXCEPTION 'the ledger is never emptied';"
    return Rule(LEDGER_KEEPS_ALL, body, (("intake_ledgerentry", "BEFORE TRUNCATE", ""),))


def _hash_sql() -> str:
    return (
        "CREATE OR REPLACE FUNCTION ledger_hash(previous_hash bytea, number bigint,"
        " at timestamptz, action text, by text, record uuid, reason text, detail text)"
        f" RETURNS bytea LANGUAGE sql STABLE AS $body${HASH_FUNCTION}$body$"
    )


def _rule_sql(rule: Rule) -> list[str]:
    """The search path is fixed, so that nobody puts a temporary table in the place of ours."""
    security = " SECURITY DEFINER" if rule.privileged else ""
    function = (
        f"CREATE OR REPLACE FUNCTION {rule.name}() RETURNS trigger LANGUAGE plpgsql{security}"
        f" SET search_path = public, pg_temp AS $body$BEGIN\n{rule.body}\nEND$body$"
    )
    return [function, *(_trigger_sql(rule.name, *when) for when in rule.when)]


def _trigger_sql(name: str, table: str, event: str, condition: str) -> str:
    level = "STATEMENT" if "TRUNCATE" in event else "ROW"
    guard = f" WHEN ({condition})" if condition else ""
    return (
        f"CREATE OR REPLACE TRIGGER {name} {event} ON {table}"
        f" FOR EACH {level}{guard} EXECUTE FUNCTION {name}()"
    )
