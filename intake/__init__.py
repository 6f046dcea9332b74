"""Visitor -> sealed record -> notice -> follow-up -> purge.

A request passes `receive`, `seal` and `store`; the `worker` sends notices about it and deletes it
in the end; staff work on it at the `desk`. `figures` counts it before it is deleted.
"""
