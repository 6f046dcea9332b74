"""Tools for authors: reading rules, claims beside their facts. Not imported while serving."""
