"""Call script: what to say and what to leave as a message, from the person's own choices.

Nobody but the person who wrote is contacted, and nothing is confirmed to anybody else (42 CFR
2.13; HHS HIPAA FAQ 198 for messages). A discreet message names neither the clinic nor what it
does. Pure functions of the answers and the clinic's facts.
"""

from dataclasses import dataclass

from clinic_site.clinic.identity import Clinic
from intake.seal.answers import Answers, Asker, Channel, OtherAnswers, Voicemail

CONFIRM_NOTHING = (
    "Confirm nothing to anybody else: not that somebody wrote, not that somebody comes here. "
    "You may listen."
)
WHOM = {
    Asker.SELF: "The person who wrote asks for themselves. Contact nobody else.",
    Asker.SOMEONE: (
        "Contact only the person who wrote. "
        "Never contact the other person, and confirm nothing to them."
    ),
    Asker.PATIENT: (
        "Contact only the person who wrote, a professional. Never contact their patient, "
        "and say nothing about any patient without a signed consent."
    ),
}


@dataclass(frozen=True, repr=False)
class Script:
    """The words for one attempt.

    `exact` is the message to leave or send word for word, "" if none may be left.
    """

    whom: str
    before: tuple[str, ...]
    opening: str
    somebody_else: str
    nobody: str
    exact: str
    always: str = CONFIRM_NOTHING


def script(answers: Answers, clinic: Clinic) -> Script:
    """The script for the channel that the person chose."""
    name = answers.name.strip()
    by_phone = answers.channel is Channel.PHONE
    return Script(
        whom=WHOM[answers.about],
        before=_before(answers, clinic),
        opening=_opening(name, clinic) if by_phone else "",
        somebody_else=_somebody_else(answers, name, clinic),
        nobody=_nobody(answers) if by_phone else "",
        exact=_message(answers, name, clinic) if by_phone else _written(name, clinic),
    )


def _before(answers: Answers, clinic: Clinic) -> tuple[str, ...]:
    found = []
    if answers.interpreter:
        language = f" for {answers.language}" if answers.language else ""
        found.append(f"Have an interpreter{language} ready before you begin.")
    elif answers.language:
        found.append(f"Language: {answers.language}.")
    if answers.tty and answers.channel is Channel.PHONE:
        found.append(f"Call through the relay service, {clinic.phone.tty}.")
    if answers.channel is Channel.EMAIL:
        replies = clinic.replies
        found.append(f"Write from {replies.mail_from}, subject “{replies.mail_subject}”.")
    return tuple(found)


def _opening(name: str, clinic: Clinic) -> str:
    asked = f"May I speak with {name}?" if name else "You asked for a call at this number."
    return (
        f"“Hello. {asked}” Only when you know it is them: "
        f"“I am calling from {clinic.name}. Is it still safe to talk?”"
    )


def _somebody_else(answers: Answers, name: str, clinic: Clinic) -> str:
    if answers.channel is not Channel.PHONE:
        return "If somebody else answers, write nothing more."
    if answers.if_other_answers is OtherAnswers.SAY_CLINIC:
        ask = f" May I speak with {name}?" if name else ""
        return f"You may say: “This is {clinic.name}.{ask}” Do not say why you call."
    if answers.if_other_answers is OtherAnswers.ASK_BY_NAME and name:
        return (
            f"Ask: “May I speak with {name}?” If not: “Thank you, I will try again.” "
            "Do not say who you are, where you call from or why."
        )
    return "Say nothing and hang up."


def _nobody(answers: Answers) -> str:
    if answers.if_no_answer is Voicemail.NOTHING:
        return "Leave no message. Hang up before the tone."
    return "Leave this message, word for word, and nothing else:"


def _message(answers: Answers, name: str, clinic: Clinic) -> str:
    greeting = f"Hello, a message for {name}." if name else "Hello."
    if answers.if_no_answer is Voicemail.DISCREET:
        return f"{greeting} Please call {clinic.replies.caller_id_number}. Thank you."
    if answers.if_no_answer is Voicemail.NORMAL:
        return f"{greeting} This is {clinic.name}. Please call us at {clinic.phone}. Thank you."
    return ""


def _written(name: str, clinic: Clinic) -> str:
    greeting = f"Hello {name}," if name else "Hello,"
    return (
        f"{greeting} you asked for a reply. Is now a good time? "
        f"You can answer here or call {clinic.replies.caller_id_number}."
    )
