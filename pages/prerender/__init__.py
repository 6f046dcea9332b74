"""Static build: every page is rendered once into a folder, and then served from it.

fingerprint (the name of the folder) -> render -> static_build (its files) -> serve
"""
