"""The clinic's facts: reads `clinic.toml` into frozen, typed objects. No Django.

`file_reader` and `value_kinds` read and check single values, `tables` and its neighbors declare
which values there are, `rules` checks values that depend on others, `identity` holds the result.
"""
