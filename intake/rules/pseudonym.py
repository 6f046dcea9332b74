"""Pseudonym: the name by which staff speak of a request, two plain words and two digits.

It is derived from the id and stored nowhere. Pure: no Django. A change of a word list renames
every request.
"""

import re
from hashlib import sha256
from uuid import UUID

_FIRST = """
    Ample Autumn Azure Balanced Basic Bold Bright Brisk Broad Bronze Calm Careful Cedar
    Central Certain Civil Clear Clever Coastal Copper Coral Cotton Crisp Curious Daily Deep
    Distant Early Earnest Eastern Easy Elder Equal Even Fair Fine Firm Fluent Fond Formal
    Fresh Friendly Gentle Giant Glad Golden Grand Green Happy Hearty Honest Humble Indigo
    Inland Ivory Jolly Keen Kind Large Level Light Linen Little Lively Local Loyal Lunar Maple
    Mellow Merry Mild Mint Modern Modest Navy Near Neat Noble Northern Novel Oak Ocean Open
    Orange Paper Polite Prime Proper Proud Purple Quick Quiet Rapid Ready Regal Round Royal
    Rural Rustic Sandy Sea Silent Silver Simple Smooth Snowy Solid Southern Spring Square
    Stable Steady Still Stone Summer Sunny Swift Tall Teal Tender Tidy Timber Tranquil True
    Upper Velvet Vivid Warm
"""
_SECOND = """
    Acorn Anchor Apple Arch Avenue Badge Barn Basin Basket Bay Beach Beacon Bell Bench Birch
    Blanket Boat Book Brook Brush Button Cabin Canal Candle Canoe Canyon Cape Castle Chalk
    Chart Chime Clay Clock Cloud Clover Coast Compass Corner Cottage Court Cove Creek Cushion
    Dale Dawn Delta Desk Dome Door Drum Dune Elm Falcon Feather Fern Ferry Field Finch Flute
    Forest Fountain Garden Gate Glade Globe Grove Gulf Hall Hammock Harbor Haven Hawk Hedge
    Heron Hill Horizon House Island Jacket Journal Kernel Kettle Key Ladder Lagoon Lake Lamp
    Lane Lantern Lark Leaf Lemon Library Lighthouse Lodge Marble Market Marsh Meadow Melody
    Mesa Mill Mirror Moon Mountain Notebook Oar Orchard Otter Park Path Pebble Pencil Piano
    Pier Pillow Pine Plain Planet Pond Porch Prairie Quarry Rain Reef Ridge River Road
"""
FIRST_WORDS = tuple(_FIRST.split())
SECOND_WORDS = tuple(_SECOND.split())
PARTS = 3
TWO_DIGITS = re.compile("[0-9]{2}")


def pseudonym(request_id: UUID) -> str:
    """The name of a request in lists, log lines and talk, such as "Quiet Harbor 27". Not unique."""
    number = int.from_bytes(sha256(request_id.bytes).digest())
    number, digits = divmod(number, 100)
    number, first = divmod(number, len(FIRST_WORDS))
    second = number % len(SECOND_WORDS)
    return f"{FIRST_WORDS[first]} {SECOND_WORDS[second]} {digits:02}"


def is_pseudonym(text: str) -> bool:
    """Whether the text is a whole pseudonym, in capitals or not: "quiet harbor 27"."""
    words = text.title().split()
    return (
        len(words) == PARTS
        and words[0] in FIRST_WORDS
        and words[1] in SECOND_WORDS
        and bool(TWO_DIGITS.fullmatch(words[2]))
    )
