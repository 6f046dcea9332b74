"""Mutation testing: a fixed sample of small breaks, and how many of them the tests notice.

    python -m tests.instruments.mutants draw     # once, before the change that is to be measured
    python -m tests.instruments.mutants map      # which test runs which line; 6 minutes
    python -m tests.instruments.mutants run      # tries each mutant; about an hour on two cores

`sample.json` holds the seed and the mutants that it drew. A mutant is known by its function, the
expression in it and the operator, not by its file, so it is found again after the function moved.
"""
