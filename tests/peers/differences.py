"""What two programs answer differently about the same requests."""

import csv
import decimal
import typing


class Served(typing.NamedTuple):
    id: int
    first_token_s: decimal.Decimal
    completion_s: decimal.Decimal


class Difference(typing.NamedTuple):
    id: int
    what: str    # "first_token_s", "completion_s", or "served" where one program lacks it.
    ours: object
    theirs: object


def read_served(file):
    """Rows of a table with the columns id, first_token_s and completion_s, and maybe others."""
    return [Served(int(row["id"]), decimal.Decimal(row["first_token_s"]),
                   decimal.Decimal(row["completion_s"])) for row in csv.DictReader(file)]


def by_id(served, whose):
    found = {}
    for row in served:
        if row[0] in found:
            raise ValueError(f"{whose}: request {row[0]} is served twice")
        found[row[0]] = Served(*row)
    return found


def differences(ours, theirs, tolerance_s=0):
    """The differences of two lists of (id, first_token_s, completion_s), in order of id. Times no
    further apart than `tolerance_s` are the same."""
    ours, theirs = by_id(ours, "ours"), by_id(theirs, "theirs")
    found = []
    for id in sorted(ours.keys() | theirs.keys()):
        if id not in ours or id not in theirs:
            found.append(Difference(id, "served", id in ours, id in theirs))
            continue
        for what in ("first_token_s", "completion_s"):
            our, their = getattr(ours[id], what), getattr(theirs[id], what)
            if not abs(our - their) <= tolerance_s:
                found.append(Difference(id, what, our, their))
    return found
