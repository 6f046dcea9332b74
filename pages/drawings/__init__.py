"""Drawings as inline SVG. Colors come from the stylesheet, so that they follow the theme."""
