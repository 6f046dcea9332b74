"""Editorial tools for authors: reading rules, and claims with their facts. Not used to serve."""
