"""Rules on the data received, one module per DfE module; importing the package fills the register.

A new rule is one function in its module, one line of `catalogue.csv` and one table test; a new module is one name here.
"""

from schemas.rules import (
    attendance,
    early_years,
    elective_home_education,
    free_school_meals,
    generated,
    status,
    uln,
    upn,
)

__all__ = [
    "attendance",
    "early_years",
    "elective_home_education",
    "free_school_meals",
    "generated",
    "status",
    "uln",
    "upn",
]
