"""Documents for reviewers: every claim with the facts behind it, and unverified facts in use."""

import re
from collections.abc import Mapping, Sequence

from pages.editorial.fact_sheet import Fact
from pages.editorial.visible_text import Claim

HEAD = """# Claims

Written by `python manage.py claims`; do not edit. Each sentence that a page tags with
`{% fact %}`, and under it the facts it rests on. Read them side by side after every change: the
sentence may say less than the fact, never more. **GK** marks a fact, or part of one, that nobody
has verified yet; `docs/review-before-launch.md` lists those with the sign-off they need.
"""

UNVERIFIED_START = "<!-- unverified facts: written by `python manage.py claims` -->"
UNVERIFIED_END = "<!-- end of unverified facts -->"

# Who can verify a fact: by its ID, else by its section of docs/facts.md, else a clinician.
SIGNERS = {
    "F1.23": "counsel",
    "F3": "counsel",
    "F4": "counsel and a biller",
    "F5": "counsel",
    "F6": "counsel",
}

Claims = Mapping[str, Sequence[Claim]]


def document(claims: Claims, facts: Mapping[str, Fact]) -> str:
    """The text of docs/claims.md; `claims` are by page name, `facts` by ID."""
    pages = (_page(name, on_page, facts) for name, on_page in claims.items() if on_page)
    return HEAD + "".join(pages)


def unverified(claims: Claims, facts: Mapping[str, Fact]) -> str:
    """A Markdown table of unverified facts in use, with their pages and who has to sign."""
    used = {id_: pages for id_, pages in _pages_of(claims).items() if facts[id_].unverified}
    rows = (_row(facts[id_], used[id_]) for id_ in facts if id_ in used)
    return "|Fact|On|What it says|What was verified|Signs|\n|-|-|-|-|-|\n" + "".join(rows)


def with_unverified(review: str, rows: str) -> str:
    """The text `review` with `rows` between its markers. ValueError when a marker is missing."""
    before, start, rest = review.partition(UNVERIFIED_START)
    _, end, after = rest.partition(UNVERIFIED_END)
    if not (start and end):
        raise ValueError(f"the review list needs the lines {UNVERIFIED_START} … {UNVERIFIED_END}")
    return f"{before}{start}\n\n{rows}\n{end}{after}"


def _page(name: str, claims: Sequence[Claim], facts: Mapping[str, Fact]) -> str:
    heading, lines = None, [f"\n## {name}\n"]
    for claim in claims:
        if claim.heading != heading:
            heading = claim.heading
            lines.append(f"\n### {heading}\n")
        lines.append(f"\n> {claim.words}\n\n")
        lines += [_beside(facts[fact_id]) for fact_id in claim.facts]
    return "".join(lines)


def _beside(fact: Fact) -> str:
    marks = [fact.confidence, *(["background"] if fact.background else [])]
    gk = f" **GK** ({_verified(fact)})" if fact.unverified else ""
    return f"* {fact.id} ({', '.join(marks)}):{gk} {fact.text}\n"


def _row(fact: Fact, pages: Sequence[str]) -> str:
    return f"|{fact.id}|{', '.join(pages)}|{fact.text}|{_verified(fact)}|{_signer(fact)}|\n"


def _verified(fact: Fact) -> str:
    notes = [cell for cell in (fact.source, fact.url) if re.search(r"\bGK\b", cell)]
    return "; ".join([fact.verified, *notes])


def _signer(fact: Fact) -> str:
    section = fact.id.partition(".")[0]
    return SIGNERS.get(fact.id) or SIGNERS.get(section, "a clinician")


def _pages_of(claims: Claims) -> dict[str, list[str]]:
    pages: dict[str, list[str]] = {}
    for name, on_page in claims.items():
        for fact_id in sorted({fact_id for claim in on_page for fact_id in claim.facts}):
            pages.setdefault(fact_id, []).append(name)
    return pages
