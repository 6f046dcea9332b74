"""Questions of the contact form: labels, hints and possible answers, in the order of the page.

Safe contact after NNEDV (techsafety.org/safe-contact-methods) and USWDS contact preferences;
voicemail after HHS HIPAA FAQ 198.
"""

from collections.abc import Sequence

from django import forms

from intake.seal.answers import LIMITS, Asker, Channel, OtherAnswers, Voicemail

TRAP = "subject"

ABOUT = (
    (Asker.SELF.value, "Me"),
    (Asker.SOMEONE.value, "Someone I care about"),
    (Asker.PATIENT.value, "A patient or client of mine"),
)
CHANNELS = {
    Channel.PHONE.value: "Phone call",
    Channel.TEXT.value: "Text",
    Channel.EMAIL.value: "Email",
}
IF_NO_ANSWER = (
    (Voicemail.NOTHING.value, "Leave no message"),
    (Voicemail.DISCREET.value, "Leave a message that does not say where we call from"),
    (Voicemail.NORMAL.value, "Leave a normal message"),
)
IF_OTHER_ANSWERS = (
    (OtherAnswers.HANG_UP.value, "Say nothing and hang up"),
    (OtherAnswers.ASK_BY_NAME.value, "Ask for me by the name above"),
    (OtherAnswers.SAY_CLINIC.value, "You may say the clinic’s name"),
)

WHO = "Choose who this is about"
HOW = "Choose how we should reply"
GOOD_TIMES = "Choose one or more. If you choose no times at all, any time is fine."
LISTED = "Choose from the answers that are listed"


def text(
    label: str, hint: str = "", widget: forms.Widget | None = None, **attrs: str
) -> forms.CharField:
    """A field for text that may stay empty and is kept exactly as typed."""
    widget = widget or forms.TextInput(attrs)
    return forms.CharField(label=label, help_text=hint, widget=widget, required=False, strip=False)


def one_of(
    label: str, hint: str = "", *, choices: Sequence[tuple[str, str]] = (), needed: str = ""
) -> forms.ChoiceField:
    """Radio buttons, none chosen beforehand; `needed` is the error if one has to be chosen."""
    return forms.ChoiceField(
        label=label,
        help_text=hint,
        choices=choices,
        widget=forms.RadioSelect,
        required=bool(needed),
        error_messages={"required": needed, "invalid_choice": needed or LISTED},
    )


def some_of(label: str, hint: str) -> forms.MultipleChoiceField:
    """Checkboxes whose choices follow from the clinic's hours."""
    return forms.MultipleChoiceField(
        label=label,
        help_text=hint,
        widget=forms.CheckboxSelectMultiple,
        required=False,
        error_messages={"invalid_choice": LISTED, "invalid_list": LISTED},
    )


class Questions(forms.Form):
    """All questions that a form may have; `ContactForm` leaves out what a clinic does not need."""

    use_required_attribute = False

    token = text("", widget=forms.HiddenInput())
    subject = text("Leave this empty", autocomplete="off", tabindex="-1")
    about = one_of(
        "Who is this about?",
        "If it is not about you, leave the other person’s name out.",
        choices=ABOUT,
        needed=WHO,
    )
    name = text(
        "What should we call you?",
        "A first name or nickname is fine.",
        autocomplete="given-name",
        spellcheck="false",
    )
    channel = one_of("How should we reply?", needed=HOW)
    phone = text("Phone number", type="tel", autocomplete="tel")
    email = text("Email", type="email", autocomplete="email", spellcheck="false")
    if_no_answer = one_of(
        "If nobody answers",
        "If you choose nothing here, we leave no message.",
        choices=IF_NO_ANSWER,
    )
    if_other_answers = one_of(
        "If someone else answers",
        "If you choose nothing here, we ask for you by name. If you gave no name, we hang up.",
        choices=IF_OTHER_ANSWERS,
    )
    weekdays = some_of("Weekdays", GOOD_TIMES)
    weekend = some_of("Weekend", GOOD_TIMES)
    language = forms.ChoiceField(
        label="Language for the call",
        required=False,
        error_messages={"invalid_choice": LISTED},
    )
    interpreter = forms.BooleanField(label="I want an interpreter", required=False)
    tty = forms.BooleanField(label="I use TTY or a relay service", required=False)
    contact_need = text(
        "Anything else that helps us talk with you",
        "Such as the language you speak, or that you are hard of hearing.",
        autocomplete="off",
    )
    message = text(
        "Anything you want us to know",
        "Please leave out medical details. We can talk about those. "
        f"You can write up to {LIMITS['message']:,} characters.",
        widget=forms.Textarea({"autocomplete": "off", "rows": 8}),
    )
