"""Visitor -> page: a registry of pages, one view, one template a page.

A page is rendered once at start-up (`prerender`) and served from a file afterward.
"""
