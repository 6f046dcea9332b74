"""Help page of the desk: states and steps from `states`, windows and roles from their tables."""

from typing import NamedTuple

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.template.response import TemplateResponse

from intake.desk.entrance import rights
from intake.desk.frame.site import desk
from intake.desk.steps import step_words
from intake.rules.states import CLOSED, OPEN, State, Transition, Who, steps_from
from intake.seal.answers import Window

MEANS = {
    State.QUARANTINED: "It looked suspicious when it came in. It is kept, and it has a deadline.",
    State.NEW: "Nobody has taken it on yet.",
    State.CLAIMED: "Somebody has it and has not tried yet.",
    State.TRYING: "We tried, and have not reached the person yet.",
    State.NEEDS_DECISION: "Attempts are used up, or its owner was silent for a working day.",
    State.REACHED: "We talked. The next step is to arrange something.",
    State.WAITING: "The person asked us to wait until a date.",
    State.SCHEDULED: "An appointment is agreed.",
    State.ADMITTED: "The person came and was admitted.",
    State.REFERRED_OUT: "Another place helps them; they agreed to that.",
    State.DECLINED: "The person said no.",
    State.NOT_A_FIT: "Another level of care is right for them.",
    State.NO_CONTACT: "We tried as often as we promise ourselves, and reached nobody.",
    State.DO_NOT_CONTACT: "The person asked us not to contact them. Number and email stay hidden.",
    State.WITHDRAWN: "The person asked us to delete it. The next daily run does.",
    State.DUPLICATE: "The same person sent another request, and that one goes on.",
    State.SPAM: "Read, and no person wrote it.",
}
MAY = {
    rights.COORDINATOR: "sees the queue, opens and works requests, takes requests by phone, and "
    "sees the figures.",
    rights.MANAGER: "does all of that, decides what needs a decision, holds and exports, reads the "
    "ledger, and looks after colleagues’ accounts.",
    rights.AUDITOR: "reads the ledger and the figures, and opens no request.",
}


class Way(NamedTuple):
    """A step that leads on from a state, in words. `needs` and `then` may be empty."""

    target: State
    who: Who
    when: str
    needs: str
    then: str


class Explained(NamedTuple):
    """A state, what it means, and the steps that lead on."""

    state: State
    means: str
    ways: list[Way]


def show(request: HttpRequest) -> HttpResponse:
    """Show the help, which is the same for everybody on the staff."""
    context = {
        **desk.each_context(request),
        "title": "Help",
        "open_states": [_explained(state) for state in OPEN],
        "closed_states": [_explained(state) for state in CLOSED],
        "windows": list(Window),
        "roles": MAY.items(),
        "idle_minutes": settings.DESK_IDLE_MINUTES,
        "contents": CONTENTS,
        "version": settings.VERSION,
    }
    return TemplateResponse(request, "desk/frame/help.html", context)


CONTENTS = (
    ("call", "Whom to call now"),
    ("never", "What never to do"),
    ("windows", "When it is safe"),
    ("scripts", "What to say"),
    ("states", "States, and what leads on"),
    ("roles", "Who may do what"),
    ("fails", "When something fails"),
    ("sign-in", "Signing in, phone lost"),
)


def _explained(state: State) -> Explained:
    return Explained(state, MEANS[state], [_way(each) for each in steps_from(state)])


def _way(step: Transition) -> Way:
    words = (step_words.when(step), step_words.needs(step), step_words.then(step))
    return Way(step.target, step.who, *words)
