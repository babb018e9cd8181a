"""What runs: the only layer that touches files, the clock, the environment, keys, Prefect and the command line.

landing → clean → findings → pseudonymised → statistics → released, with reports beside and the ledger behind.
"""

from importlib.metadata import version

__version__ = version("termly")
