"""UPNs with the right letter, for tests that write only the digits."""

import pandas as pd

from schemas.contract import STRING
from schemas.identifiers import upn_check_letter


def upn(digits):
    """Return the UPN of twelve digits."""
    return upn_check_letter(pd.Series([f"A{digits}"], dtype=STRING))[0] + digits
