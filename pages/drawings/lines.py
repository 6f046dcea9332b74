"""Line drawings of the pages, in one style: two tones, right angles, no faces.

All are decoration: the words beside them say the same. Colors and line widths come from the
stylesheet (`.drawing`, `.lit`); amber marks what is the reader's own.
"""

from html import escape

LINES = {
    "door": (
        78,
        '<path d="M9 75h78M27 75V4h42v71M30 7l20 8v57"/>'
        '<path class="lit" stroke-width="12" d="M60 7v65"/>',
    ),
    "two-chairs": (
        78,
        '<path d="M4 75h88M13 16v56M16 49h20v23M83 16v56M80 49H60v23"/>'
        '<path class="lit" d="M16 43h17"/>',
    ),
    "ring-of-chairs": (
        78,
        '<g stroke-width="13" transform="rotate(78 48 39)">'
        '<circle cx="48" cy="39" r="32" stroke-dasharray="13.4 8.94"/>'
        '<circle class="lit" cx="48" cy="39" r="32" stroke-dasharray="13.4 999"/></g>',
    ),
    "speech": (
        78,
        '<path d="M5 5h58v24H25L14 39V29H5z"/><path class="lit" d="M33 43h58v20h-9v10L71 63H33z"/>',
    ),
    "learned-and-used": (
        26,
        '<path stroke-width="26" d="M68 13h26"/><path d="M37 13h22m-8-9l9 9-9 9"/>'
        '<path class="lit" stroke-width="26" d="M0 13h26"/>',
    ),
}
"""Height and SVG elements of each drawing; all are 96 wide."""


def drawing(name: str) -> str:
    """One of LINES. The message of the KeyError lists all names."""
    if name not in LINES:
        raise KeyError(f'no drawing "{name}"; there are: {", ".join(LINES)}')
    height, lines = LINES[name]
    return f'<svg class="drawing" viewBox="0 0 96 {height}" aria-hidden="true">{lines}</svg>'


def street_map(street: str, *, bus: bool) -> str:
    """A map, not to scale: the clinic's building on its street, and a bus stop if there is one."""
    stop = '<path stroke-width="11" d="M292 96h11"/><text x="309" y="101">Bus</text>' if bus else ""
    name = street.lstrip("0123456789-/ ") or street
    floors = "".join(f"M112 {top}h53" for top in (48, 62, 76, 90))
    return (
        '<svg class="drawing map" viewBox="0 0 360 160" aria-hidden="true">'
        '<g class="street"><path stroke-width="26" d="M0 121h360"/>'
        '<path stroke-width="18" d="M258 0v160"/></g>'
        f'<path stroke-width="11" stroke-dasharray="11 3" d="{floors}"/>'
        '<path class="lit" stroke-width="11" d="M140 90h11"/>'
        f'<text x="138" y="32" text-anchor="middle">{escape(street)}</text>'
        f'<text x="14" y="126">{escape(name)}</text>{stop}</svg>'
    )
