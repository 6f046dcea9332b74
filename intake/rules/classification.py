"""Data classification: every column is sealed or plain. A test fails on one in neither list.

SEALED columns hold ciphertext or wrapped keys; the worker's database role cannot read them. PLAIN
columns hold nothing that a person typed, and no more about a person than the desk must sort by.
"""


def _columns(names: str) -> frozenset[str]:
    return frozenset(names.split())


SEALED: dict[str, frozenset[str]] = {
    "Submission": _columns("ciphertext"),
    "StaffText": _columns("ciphertext"),
    "KeyWrap": _columns("wrapped"),
}
PLAIN: dict[str, frozenset[str]] = {
    "Request": _columns(
        "id received lane form_version suite asker channel windows language "
        "state owner next_action next_due changes worked_at outcome duplicate_of "
        "opened_at opened_revision claimed_at attempts first_attempt_at last_attempt_at "
        "reached_at offered_at benefits benefits_at details_agreed_at hand_off_at "
        "closed_at closed_by no_contact_at no_contact_by "
        "held_at held_by held_until"
    ),
    "Attempt": _columns("id request at by channel outcome window inside"),
    "Submission": _columns(
        "id form_version suite request revision received deadline asker channel windows language"
    ),
    "StaffText": _columns("id form_version suite request kind written_at written_by"),
    "KeyWrap": _columns("id submission staff_text key_id suite"),
    "OutboxMessage": _columns("id kind request created due attempts last_error sent_at"),
    "LedgerEntry": _columns("number at action by record reason detail previous_hash hash"),
    "Tombstone": _columns(
        "id month final_state lane minutes_to_attempt minutes_to_talk minutes_to_offer"
    ),
    "WeeklyCount": _columns("id week figure part bucket number"),
    "SignOfLife": _columns("name at"),
}
