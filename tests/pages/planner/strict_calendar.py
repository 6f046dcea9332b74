"""Strict reader of iCalendar files (RFC 5545) that shares no code with `icalendar`.

It raises ValueError at the first thing that the standard does not allow in a file like ours, and
lets `dateutil` work out time zones and recurrences.
"""

import re
from dataclasses import dataclass, field
from datetime import UTC, datetime, tzinfo
from io import StringIO

from dateutil.rrule import rrulestr
from dateutil.tz import tzical

LONGEST_LINE = 75  # octets without the line break, 3.1
LINE = re.compile(
    r'(?P<name>[A-Z0-9-]+)(?P<params>(;[A-Z0-9-]+=("[^"\x00-\x1f]*"|[^";:,\x00-\x1f]*))*):(?P<value>.*)'
)
CONTROL = re.compile(r"[\x00-\x08\x0a-\x1f\x7f]")
TEXT = re.compile(r"([^\\;,]|\\[\\;,nN])*")
LOCAL, UTC_TIME = r"\d{8}T\d{6}", r"\d{8}T\d{6}Z"
OFFSET = r"[+-]\d{4}"
BYDAY = r"(MO|TU|WE|TH|FR|SA|SU)(,(MO|TU|WE|TH|FR|SA|SU))*"

Rules = dict[str, dict[str, str | None]]
"""By component and property: the pattern of the value; None where it is TEXT."""

ONCE: Rules = {
    "VCALENDAR": {"PRODID": None, "VERSION": r"2\.0"},
    "VTIMEZONE": {"TZID": None},
    "STANDARD": {"DTSTART": LOCAL, "TZOFFSETFROM": OFFSET, "TZOFFSETTO": OFFSET},
    "VEVENT": {"UID": r"\S+", "DTSTAMP": UTC_TIME, "DTSTART": f"{UTC_TIME}|{LOCAL}"},
}
ONCE["DAYLIGHT"] = ONCE["STANDARD"]
AT_MOST_ONCE: Rules = {
    "VCALENDAR": {"CALSCALE": "GREGORIAN"},
    "VTIMEZONE": {},
    "STANDARD": {"TZNAME": None},
    "DAYLIGHT": {"TZNAME": None},
    "VEVENT": {
        "DTEND": f"{UTC_TIME}|{LOCAL}",
        "LAST-MODIFIED": UTC_TIME,
        "SEQUENCE": r"\d+",
        "RRULE": rf"FREQ=WEEKLY;COUNT=\d+;BYDAY={BYDAY}",
        "EXDATE": f"({UTC_TIME}|{LOCAL})(,({UTC_TIME}|{LOCAL}))*",
        "SUMMARY": None,
        "LOCATION": None,
        "CLASS": "PUBLIC|PRIVATE|CONFIDENTIAL",
        "TRANSP": "OPAQUE|TRANSPARENT",
    },
}
INSIDE: dict[str, set[str]] = {
    "VCALENDAR": {"VTIMEZONE", "VEVENT"},
    "VTIMEZONE": {"STANDARD", "DAYLIGHT"},
    "STANDARD": set(),
    "DAYLIGHT": set(),
    "VEVENT": set(),
}
"""No VALARM: nothing rings."""


@dataclass
class Component:
    """A component with its properties, each as parameters and value as they stand in the file."""

    name: str
    properties: dict[str, tuple[str, str]] = field(default_factory=dict)
    inside: list["Component"] = field(default_factory=list)

    def __contains__(self, name: str) -> bool:
        return name in self.properties

    def value(self, name: str) -> str:
        return self.properties[name][1]

    def text(self, name: str) -> str:
        """A value of type TEXT without its escapes (3.3.11)."""
        plain = {"n": "\n", "N": "\n"}
        return re.sub(r"\\(.)", lambda found: plain.get(found[1], found[1]), self.value(name))


@dataclass
class Event:
    """A series of appointments with all its dates, in the time zone that the file describes."""

    component: Component
    zone: tzinfo
    start: datetime
    end: datetime
    dates: list[datetime]
    left_out: list[datetime]

    @property
    def uid(self) -> str:
        return self.component.value("UID")

    @property
    def revision(self) -> tuple[int, datetime, datetime]:
        """What decides which of two is newer (RFC 5546, 2.1.5), and LAST-MODIFIED."""
        moments = (self.component.value(name) for name in ("DTSTAMP", "LAST-MODIFIED"))
        stamp, modified = (datetime.strptime(each, "%Y%m%dT%H%M%S%z") for each in moments)
        return int(self.component.value("SEQUENCE")), stamp, modified


def read(file: bytes) -> list[Event]:
    """Every event of a file; ValueError when the file is not strictly what RFC 5545 asks for."""
    calendar = _component(_lines(file))
    if not calendar.inside:
        raise ValueError("a calendar without a component")
    text = file.decode()
    zones = tzical(StringIO(text.replace("\r\n", "\n")))
    events = [each for each in calendar.inside if each.name == "VEVENT"]
    if len({each.value("UID") for each in events}) != len(events):
        raise ValueError("two events with one UID")
    return [_event(each, zones) for each in events]


def _lines(file: bytes) -> list[str]:
    """The unfolded lines (3.1)."""
    *physical, last = file.split(b"\r\n")
    if last or re.search(rb"\r|\n", b"".join(physical)):
        raise ValueError("a line that does not end in CRLF")
    if too_long := [line for line in physical if len(line) > LONGEST_LINE]:
        raise ValueError(f"a line of more than {LONGEST_LINE} octets: {too_long[0]!r}")
    lines: list[str] = []
    for line in (each.decode("utf-8", "strict") for each in physical):
        if line.startswith((" ", "\t")):
            lines[-1] += line[1:]
        else:
            lines.append(line)
    return lines


def _component(lines: list[str]) -> Component:
    root = Component("")
    open_ones = [root]
    for line in lines:
        name, params, value = _parsed(line)
        if name == "BEGIN":
            open_ones[-1].inside.append(Component(value))
            open_ones.append(open_ones[-1].inside[-1])
        elif name == "END":
            _checked(open_ones.pop(), value)
        elif name in open_ones[-1]:
            raise ValueError(f"{name} twice")
        else:
            open_ones[-1].properties[name] = (params, value)
    if open_ones != [root] or [each.name for each in root.inside] != ["VCALENDAR"]:
        raise ValueError("not one whole calendar")
    return root.inside[0]


def _parsed(line: str) -> tuple[str, str, str]:
    if CONTROL.search(line) or not (found := LINE.fullmatch(line)):
        raise ValueError(f"not a content line: {line!r}")
    return found["name"], found["params"].removeprefix(";"), found["value"]


def _checked(component: Component, end: str) -> None:
    if component.name != end or end not in INSIDE:
        raise ValueError(f"{component.name} ends as {end}")
    other = {each.name for each in component.inside} - INSIDE[end]
    other |= component.properties.keys() - ONCE[end].keys() - AT_MOST_ONCE[end].keys()
    if other or ONCE[end].keys() - component.properties.keys():
        raise ValueError(f"{end} with {other}, or without what it needs")
    if end == "VTIMEZONE" and not component.inside:
        raise ValueError("a time zone without an observance")
    for name, pattern in (ONCE[end] | AT_MOST_ONCE[end]).items():
        if name in component and not re.fullmatch(pattern or TEXT, component.value(name)):
            raise ValueError(f"{name}: {component.value(name)!r}")


def _event(component: Component, zones: tzical) -> Event:
    params, start_text = component.properties["DTSTART"]
    zone = UTC if start_text.endswith("Z") else zones.get(params.removeprefix("TZID="))
    if zone is None or {component.properties[name][0] for name in _timed(component)} != {params}:
        raise ValueError(f"a time in a zone that the file does not describe: {params!r}")
    left_out = component.value("EXDATE").split(",") if "EXDATE" in component else []
    local = [_moment(text, zone) for text in (start_text, component.value("DTEND"), *left_out)]
    recurrence = rrulestr(component.value("RRULE"), dtstart=local[0].replace(tzinfo=None))
    every = [each.replace(tzinfo=zone) for each in recurrence]
    if every[0] != local[0] or set(local[2:]) - set(every):
        raise ValueError("DTSTART or EXDATE is not one of the recurrences")
    dates = [each for each in every if each not in local[2:]]
    return Event(component, zone, local[0], local[1], dates, local[2:])


def _timed(component: Component) -> list[str]:
    return [name for name in ("DTSTART", "DTEND", "EXDATE") if name in component]


def _moment(text: str, zone: tzinfo) -> datetime:
    return datetime.strptime(text.removesuffix("Z"), "%Y%m%dT%H%M%S").replace(tzinfo=zone)
