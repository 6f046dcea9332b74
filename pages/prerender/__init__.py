"""The static build: every page rendered once into a folder, then served from it.

render -> fingerprint (the folder's name) -> static_build (its files) -> serve
"""
