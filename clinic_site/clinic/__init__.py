"""The clinic's facts: `clinic.toml` in, frozen typed objects out. Pure Python, no Django.

`value_kinds` and `file_reader` say how one value is read, `tables` and the modules beside it which
values there are, `rules` which values need others, and `identity` holds the result.
"""
