"""The fault bench: `python -m tests.instruments.faults [R1 R4 ...] [--short]`, one line per run.

Real gunicorn, real PostgreSQL with durable settings, a real worker and a real SMTP server, all on
loopback, in one temporary folder. What is promised, and the figures, are in docs/reliability.md.

    place       the folder, keys, roles and databases of this bench
    cluster     a PostgreSQL that can be killed and started again
    site        gunicorn, its workers and how to end them
    visitor     one person's post, and what came back
    load        many of them at once
    killing     who dies when
    vault       what is stored, opened with a private key and compared with what was sent
    mailbox     the mail server and its bad days
    nursery     workers that come back as fast as they are killed
    outcome     the line that a run prints
"""
