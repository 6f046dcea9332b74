"""Drawings as inline SVG. Colors come from the stylesheet, so that both themes apply."""
