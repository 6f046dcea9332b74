"""Many people at once: threads that post, remember every answer, and try again if told to."""

import itertools
import threading
import time
from collections import Counter
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field

from tests.instruments.faults import visitor
from tests.instruments.faults.visitor import Post, Reply

THREADS = 8
PAUSE = 0.05
PAGE_EVERY = 25  # so many forms are signed here for one that is taken from its page
SECONDS_TO_GIVE_UP = 60


Person = Callable[[int, int], Iterable[Post | tuple[Post, ...]]]


@dataclass
class Sent:
    """One post and how it went."""

    post: Post
    replies: list[Reply] = field(default_factory=list)
    missing: list[str] = field(default_factory=list)
    token: str = ""

    @property
    def acknowledged(self) -> bool:
        return any(reply.status == 303 for reply in self.replies)


class Load:
    """Threads that write, one person after the other, until the time is over.

    `person(number)` gives the posts of one person, sent in turn; a tuple is sent at once.
    """

    def __init__(
        self,
        port: int,
        *,
        retry: bool = False,
        person: Person | None = None,
        pause: float = 0.0,
        retry_pause: float = PAUSE,
        patience: float = SECONDS_TO_GIVE_UP,
    ) -> None:
        self.port, self.retry, self.pause = port, retry, pause
        self.retry_pause, self.patience = retry_pause, patience
        self.person = person or one_form
        self.sent: list[Sent] = []
        self.failures: list[str] = []
        self._numbers = itertools.count()
        self._over = threading.Event()
        self._threads = [threading.Thread(target=self._write) for _ in range(THREADS)]

    def __enter__(self) -> "Load":
        for thread in self._threads:
            thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._over.set()
        for thread in self._threads:
            thread.join()

    def replies(self) -> list[Reply]:
        """Every answer so far."""
        return [reply for sent in list(self.sent) for reply in list(sent.replies)]

    def statuses(self) -> Counter[int]:
        """How often each status came; 0 is a lost connection."""
        return Counter(reply.status for reply in self.replies())

    def post(self, post: Post) -> Sent:
        """Send it, and again with the same token until it is taken, if this load tries again."""
        sent = Sent(post)
        self.sent.append(sent)
        deadline = time.monotonic() + self.patience
        while True:
            reply = visitor.send(self.port, post)
            sent.replies.append(reply)
            _read_page(sent, reply)
            if reply.status == 303 or not self.retry or time.monotonic() > deadline:
                return sent
            time.sleep(self.retry_pause)

    def _write(self) -> None:
        try:
            while not self._over.is_set():
                for step in self.person(self.port, next(self._numbers)):
                    self._take(step if isinstance(step, tuple) else (step,))
                time.sleep(self.pause)
        except Exception as error:
            self.failures.append(repr(error))

    def _take(self, posts: tuple[Post, ...]) -> None:
        others = [threading.Thread(target=self.post, args=(post,)) for post in posts[1:]]
        for thread in others:
            thread.start()
        self.post(posts[0])
        for thread in others:
            thread.join()


def _read_page(sent: Sent, reply: Reply) -> None:
    """What a page that hands the post back lacks; the next try is from that page."""
    if reply.status not in (0, 303):
        sent.missing += visitor.kept(reply, sent.post)
        sent.token = visitor.token_of(reply)
        sent.post.token = sent.token or sent.post.token
    reply.page = ""


def one_form(port: int, number: int) -> Iterable[Post]:
    """One person, one form; now and then taken from the page itself."""
    if number % PAGE_EVERY == 0:
        reply = visitor.take_form(port)
        if reply.status == 200:
            yield visitor.write_on_page(number, reply.page)
            return
    yield visitor.write(number)
