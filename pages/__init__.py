"""Content pages: a registry of pages, one view for all, and a template for each.

Pages are rendered once at start-up (`prerender`) and then served from files.
"""
