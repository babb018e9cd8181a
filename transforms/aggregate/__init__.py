"""Aggregate: how many pupils and children fall to each item of each topic, before any protection.

`census` counts pupils on roll, `ehe` children on census day, `ehe_year` the previous academic year; `return_items` puts
the register's counts under the items that are keyed into DfE's return. Every result is one table of counts
(`schemas.statistics.COUNTS`): a complete grid, zeros included, in which the items of a topic add up to the total.
"""
