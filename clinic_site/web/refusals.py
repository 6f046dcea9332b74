"""Reasons to refuse a posted form, each with an HTTP status code."""

from enum import Enum


class Refusal(Enum):
    """A reason: `kind` is its name in logs and templates, `status` the HTTP status code."""

    TOO_LARGE = "too-large", 413
    WRONG_TYPE = "wrong-type", 415
    UNREADABLE = "unreadable", 400
    WRONG_METHOD = "wrong-method", 405
    FOREIGN = "foreign", 403
    EXPIRED = "expired", 422
    UNKNOWN_FORM = "unknown-form", 422
    INVALID = "invalid", 422
    NOT_STORED = "not-stored", 503

    def __init__(self, kind: str, status: int) -> None:
        self.kind = kind
        self.status = status

    @property
    def only_to_send_again(self) -> bool:
        """True when the answers are fine and only have to be sent again."""
        return self in {Refusal.FOREIGN, Refusal.EXPIRED, Refusal.UNKNOWN_FORM, Refusal.NOT_STORED}
