"""The intake: visitor -> form -> sealed record -> follow-up -> purge.

The modules, in the order in which a request passes them:

1 receive   urls, views             the contact form: the page, and what answers a post
            questions, window_choices   what it asks, in which words
            forms, contact_checks   what is an answer, and what to say when it is not
            posted, arrival         a post read once, and examined
            form_token, origin      signed time stamp and nonce, own pages only; no cookie
            throttling              what is suspicious, and so quarantined; never refused
            reception               the verdict: take in, quarantine, or hand back with the text
            acknowledgment          the signed promise in the address of "message sent"
2 seal      answers                 what a visitor can say, its limits, one fixed size
            keys                    who can read: the desk's key and the recovery key
            sealing                 answers -> ciphertext and one wrapped key per reader
            submission              one transaction: request, sealed submission, wraps, outbox row
            insertion               rows stored by a role that may not read
            staff_text              the same sealing for what staff type
3 keep      states                  the life of a request: every allowed step, who, under what guard
            models, querysets       the tables, and the questions that they answer
            ledger_querysets, figure_querysets   the same of the ledger and of weekly counts
            sections, queue_querysets, keyset   the queue: listed and counted alike, by page
            classification          every column, sealed or plain
            invariants              the rules about one row, as check constraints
            triggers                the rules that Postgres itself keeps, rendered from `states`
            pseudonym               "Quiet Harbor 27": the only name outside the opened record
4 tell      outbox                  which notice is next; never lost, tried again until it is sent
            notifications           the notice: no content, one size
            promise, safe_time, deadlines   opening hours and safe windows: one clock for all
            cadence                 when to try again, and when it was tried often enough
            overdue                 tried often enough, or left alone: a manager decides
            escalation              nobody acted in time: a second address is told, once
            daily_notice            counts and the ledger's head, so that silence is noticed
            signs_of_life           when worker and backup last worked, and what waits the longest
            spoken_times            "tomorrow, 9 am", as the pages say it
5 follow up desk                    queue, opened record, notes, state changes (Django admin)
            ledger                  who did what to which record, when; append-only, hash-chained
6 purge     weekly_counts           figures of each past week, counted before its requests go
            histogram               response times on one fixed scale; medians
            suppression             small counts hidden, so that no sum tells them
            published_figures       what may leave the desk: finished quarters, so hidden
            retention               what is closed long enough is deleted, on a rule
around it   startup                 what a process must be before it takes requests in production
            roles, database_accounts    which process may do what in the database, and its login
            rotation, paper         keys come and go by their wraps; a key on paper, and back

The worker that sends, escalates, counts and purges is `manage.py work`.
"""
