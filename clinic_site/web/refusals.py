"""Why a posted form is handed back, each with its HTTP status and its word for the log."""

from enum import Enum


class Refusal(Enum):
    """Why a post is handed back: the word for the log, and the status."""

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
        """Nothing in the answers has to change."""
        return self in {Refusal.FOREIGN, Refusal.EXPIRED, Refusal.UNKNOWN_FORM, Refusal.NOT_STORED}
