"""The errors a user may meet, one exit code a kind.

TermlyError
├── UnexpectedFault      1   a bug: the crash report says where, without data
├── UsageError           2   a command or configuration that cannot be followed
├── FindingsRemain       3   --strict, and findings of severity error remain
├── ContractBroken      10   a table of ours is not what we said
├── AgreementRefused    11   a sharing agreement does not allow it
├── DisclosureUnsafe    12   a table could not be protected
├── Unreadable          13   input damaged, hostile or not what it claims
├── KeyMissing          14   no key, or a wrong one
└── NothingToDo         15   no input at all

Every message is one sentence: what, where, what to do next; never a value from the data.
"""


class TermlyError(Exception):
    """Base of all errors that `termly` raises on purpose.

    `may_pass` says that a disk or share was at fault, so that the same may succeed a little later.
    """

    exit_code = 1
    may_pass = False


class UnexpectedFault(TermlyError):
    """A bug: something the program did not foresee; details are in the crash report, without data."""

    exit_code = 1


class UsageError(TermlyError):
    """A command line, setting or configuration file that cannot be followed."""

    exit_code = 2


class FindingsRemain(TermlyError):
    """`--strict` was asked for and findings of severity error remain."""

    exit_code = 3


class ContractBroken(TermlyError):
    """A table of ours is not what its contract says; the run stops."""

    exit_code = 10


class AgreementRefused(TermlyError):
    """A sharing agreement does not allow this release; nothing was written."""

    exit_code = 11


class DisclosureUnsafe(TermlyError):
    """Disclosure control could not protect a table; it was not written."""

    exit_code = 12


class Unreadable(TermlyError):
    """An input is damaged, hostile or not what it claims to be."""

    exit_code = 13


class KeyMissing(TermlyError):
    """The master key is missing, malformed or not this store's."""

    exit_code = 14


class NothingToDo(TermlyError):
    """There was no input at all."""

    exit_code = 15


DONE = 0
DONE_WITH_QUARANTINE = 4

#: If several apply, the first of these wins (docs/definitions.md, "Exit codes").
PRECEDENCE = (1, 2, 14, 13, 10, 12, 11, 3, 4, 15)


_MEANINGS = {DONE: "done", DONE_WITH_QUARANTINE: "done, some files quarantined"} | {
    kind.exit_code: kind.__name__
    for kind in (
        UnexpectedFault,
        UsageError,
        FindingsRemain,
        ContractBroken,
        AgreementRefused,
        DisclosureUnsafe,
        Unreadable,
        KeyMissing,
        NothingToDo,
    )
}


def meaning(code: int) -> str:
    """Return what an exit code means, in the words of `docs/exit-codes.md`."""
    return _MEANINGS[code]


def worst(codes: set[int]) -> int:
    """Return the exit code that wins among several; 0 when there are none."""
    return next((code for code in PRECEDENCE if code in codes), DONE)
