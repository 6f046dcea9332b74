"""Outcomes of an attempt that the person's own choices allow, and their labels."""

from intake.models import Attempt
from intake.seal.answers import Answers, Channel, Voicemail

O = Attempt.Outcome  # noqa: E741
BY_PHONE = (O.NO_ANSWER, O.VOICEMAIL, O.OTHER_PERSON, O.TALKED, O.WRONG_NUMBER, O.REFUSED)
IN_WRITING = (O.SENT, O.TALKED, O.WRONG_NUMBER, O.REFUSED)
LABELS: dict[Channel, dict[str, str]] = {
    Channel.PHONE: {
        O.NO_ANSWER: "Called: no answer, no message",
        O.VOICEMAIL: "Called: left the message above",
        O.OTHER_PERSON: "Called: somebody else answered",
        O.TALKED: "Talked: still safe as they said",
        O.WRONG_NUMBER: "Wrong number",
        O.REFUSED: "They asked us not to contact them",
    },
    Channel.TEXT: {
        O.SENT: "Text sent",
        O.TALKED: "They answered: still safe as they said",
        O.WRONG_NUMBER: "Wrong number",
        O.REFUSED: "They asked us not to contact them",
    },
    Channel.EMAIL: {
        O.SENT: "Email sent",
        O.TALKED: "They answered: still safe as they said",
        O.WRONG_NUMBER: "Wrong address",
        O.REFUSED: "They asked us not to contact them",
    },
}


def possible(wishes: Answers, channel: Channel) -> tuple[str, ...]:
    """The outcomes of an attempt by that channel; "voicemail" only if the person allowed one."""
    if channel is not Channel.PHONE:
        return IN_WRITING
    return tuple(each for each in BY_PHONE if each != O.VOICEMAIL or may_leave_message(wishes))


def may_leave_message(wishes: Answers) -> bool:
    """Whether the person asked for a call, and for a message if nobody answers."""
    return wishes.channel is Channel.PHONE and wishes.if_no_answer is not Voicemail.NOTHING


def label(channel: Channel, outcome: str) -> str:
    """The label of the outcome's button."""
    return LABELS[channel][outcome]
