"""The tests mirror the product's folders; `journeys` are told from outside, in a real browser."""

from pathlib import Path

CHECKOUT = Path(__file__).resolve().parent.parent
"""The repository's root."""
