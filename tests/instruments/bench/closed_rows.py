"""The SQL of a batch of closed requests: `first` to `last` of `number`, over `days` until `now`.

Everything follows from a row's number by a hash, so that two runs make the same rows.
"""

from intake.seal.sealing import Suite

# Of twenty requests, every last one is the duplicate of the one before it.
STATES = (
    "admitted admitted admitted admitted referred_out referred_out referred_out declined declined "
    "declined not_a_fit not_a_fit no_contact no_contact no_contact no_contact do_not_contact "
    "withdrawn spam spam"
)
TALKED = "('admitted', 'referred_out', 'declined', 'not_a_fit', 'do_not_contact')"
UNTRIED = "('duplicate', 'spam', 'withdrawn')"
FILLER = r"'\x01001420000000000000000000000000000a'::bytea"


def _one_of(words: str, salt: int) -> str:
    """One of twenty words, or of so many that they come round."""
    listed = ", ".join(f"'{word}'" for word in words.split())
    return f"(ARRAY[{listed}])[1 + {_hash(salt)} %% {len(words.split())}]"


def _hash(salt: int, row: str = "n") -> str:
    return f"(hashint4extended({row}, {salt}) & 65535)"


NUMBERED = f"""
WITH numbered AS (
    SELECT n, md5('request ' || n)::uuid AS id, md5('submission ' || n)::uuid AS submission,
        n - (n %% 20 = 0)::int AS original,
        date_trunc('minute', %(now)s - interval '14 days'
            - interval '1 day' * %(days)s * (1 - n::float / %(number)s)) AS received,
        CASE WHEN n %% 20 = 0 THEN 'duplicate' ELSE {_one_of(STATES, 1)} END AS state
    FROM generate_series(%(first)s, %(last)s) AS n
), timed AS (
    SELECT *, received + interval '1 minute' * (1500 + {_hash(2)} %% 17000) AS closed_at,
        CASE WHEN state NOT IN {UNTRIED}
            THEN received + interval '1 minute' * (3 + {_hash(3)} %% (1 + {_hash(4)} %% 1400))
        END AS first_attempt_at,
        CASE WHEN state NOT IN {UNTRIED} THEN 1 + {_hash(5)} %% 5 ELSE 0 END AS attempts
    FROM numbered
)
"""
REQUESTS = f"""
{NUMBERED}
INSERT INTO intake_request (
    id, received, lane, form_version, suite, asker, channel, windows, language,
    state, owner, next_action, changes, worked_at, outcome, duplicate_of_id,
    opened_at, opened_revision, claimed_at, attempts, first_attempt_at, last_attempt_at,
    reached_at, offered_at, benefits, closed_at, closed_by, no_contact_at, no_contact_by, held_by
)
SELECT
    id, received, {_one_of("open open open open open open open open quarantine phone", 6)},
    1, '{Suite.HYBRID}',
    (ARRAY['self', 'self', 'self', 'someone', 'patient'])[1 + {_hash(7, "original")} %% 5],
    {_one_of("phone phone phone text email", 8)}, {_hash(9)} %% 64,
    {_one_of("en en en en es", 10)},
    state, {_one_of("ana ben cleo sam", 11)}, '', attempts + 2, closed_at, '',
    CASE WHEN state = 'duplicate' THEN md5('request ' || original)::uuid END,
    received + interval '2 minutes', 1, received + interval '2 minutes',
    attempts, first_attempt_at, first_attempt_at + interval '4 hours' * (attempts - 1),
    CASE WHEN state IN {TALKED} THEN first_attempt_at + interval '4 hours' * (attempts - 1) END,
    CASE WHEN state = 'admitted' THEN first_attempt_at + interval '5 hours' * attempts END,
    '', closed_at, {_one_of("ana ben cleo sam", 11)},
    CASE WHEN state = 'do_not_contact' THEN closed_at END,
    CASE WHEN state = 'do_not_contact' THEN 'sam' ELSE '' END, ''
FROM timed
"""
ATTEMPTS = f"""
{NUMBERED}
INSERT INTO intake_attempt (id, request_id, at, by, channel, outcome, "window", inside)
SELECT gen_random_uuid(), id, first_attempt_at + interval '4 hours' * (try - 1), 'sam', 'phone',
    CASE WHEN try = attempts AND state IN {TALKED} THEN 'talked' ELSE 'no_answer' END, 1, true
FROM timed CROSS JOIN generate_series(1, attempts) AS try
"""
SUBMISSIONS = f"""
{NUMBERED}
INSERT INTO intake_submission (
    id, request_id, revision, form_version, suite, ciphertext,
    received, deadline, asker, channel, windows, language
)
SELECT submission, id, 1, 1, '{Suite.HYBRID}', {FILLER},
    received, received + interval '15 minutes', 'self', 'phone', 0, 'en'
FROM timed
"""
WRAPS = f"""
{NUMBERED}
INSERT INTO intake_keywrap (id, submission_id, key_id, suite, wrapped)
SELECT gen_random_uuid(), submission, key, '{Suite.HYBRID}', {FILLER}
FROM timed CROSS JOIN unnest(ARRAY['desk key of then', 'recovery key of then']) AS key
"""
NOTICES = f"""
{NUMBERED}
INSERT INTO intake_outboxmessage (
    id, kind, request_id, created, due, attempts, last_error, sent_at
)
SELECT gen_random_uuid(), 'request', id, received, received, 1, '', received + interval '1 minute'
FROM timed
"""
STATEMENTS = (REQUESTS, ATTEMPTS, SUBMISSIONS, WRAPS, NOTICES)
