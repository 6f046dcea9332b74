"""The line drawings of the pages as one set: two tones, right angles, no faces. Pure.

All are decoration: the words beside them say the same. Colors and the width of a line come from
the stylesheet (`.drawing`, `.lit`); amber marks what is yours.
"""

from html import escape

LINES = {
    "door": '<path d="M9 77h78M27 77V6h42v68M30 9l20 8v57"/>'
    '<path class="lit" stroke-width="12" d="M60 9v65"/>',
    "two-chairs": '<path d="M4 77h88M15 18v56M18 51h22v23M81 18v56M78 51H56v23"/>'
    '<path class="lit" d="M18 45h19"/>',
    "ring-of-chairs": '<g stroke-width="13" transform="rotate(78 48 40)">'
    '<circle cx="48" cy="40" r="32" pathLength="9" stroke-dasharray=".6 .4"/>'
    '<circle class="lit" cx="48" cy="40" r="32" pathLength="9" stroke-dasharray=".6 9"/></g>',
    "speech": '<path d="M5 8h58v24H25L14 42V32H5z"/>'
    '<path class="lit" d="M33 46h58v20h-9v10L71 66H33z"/>',
    "learned-and-used": '<path stroke-width="26" d="M64 40h26"/><path d="M37 40h19m-8-9l9 9-9 9"/>'
    '<path class="lit" stroke-width="26" d="M6 40h26"/>',
}


def drawing(name: str) -> str:
    """One of LINES; KeyError says which there are."""
    if name not in LINES:
        raise KeyError(f'no drawing "{name}"; there are: {", ".join(LINES)}')
    return f'<svg class="drawing" viewBox="0 0 96 80" aria-hidden="true">{LINES[name]}</svg>'


def street_map(street: str, *, bus: bool) -> str:
    """A sketch without scale: our building, lit, on its street; a bus stop when there is one."""
    stop = '<path stroke-width="14" d="M262 93h14"/><text x="282" y="98">Bus</text>' if bus else ""
    name = street.lstrip("0123456789-/ ") or street
    return (
        '<svg class="drawing drawing--map" viewBox="0 0 330 150" aria-hidden="true">'
        '<g class="street"><path stroke-width="28" d="M0 121h330"/>'
        '<path stroke-width="18" d="M238 0v150"/></g>'
        '<path d="M113 98V43h54v55"/><path class="lit" stroke-width="40" d="M120 72h40"/>'
        f'<text x="140" y="30" text-anchor="middle">{escape(street)}</text>'
        f'<text x="12" y="126">{escape(name)}</text>{stop}</svg>'
    )
