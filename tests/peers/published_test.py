#!/usr/bin/env python3
"""The simulation beside what Vidur answered, to the nanosecond, on two cases of cases.py. The answers
are kept in published/, so Vidur itself is not needed: published/README.md says how they were made.
Where it is installed, it must still answer so."""

import csv
import io
import unittest

from cases import CASES
from differences import differences, read_served
from programs import HERE, PYTHON, serve, serve_with_vidur

KEPT = ("chunks", "preempting")


def kept(name):
    return (HERE / "published" / f"{name}.csv").read_text()


class Published(unittest.TestCase):
    def test_every_time_is_that_which_vidur_gave(self):
        for name in KEPT:
            with self.subTest(case=name):
                ours = serve(CASES[name])
                self.assertEqual(differences(read_served(io.StringIO(ours)),
                                             read_served(io.StringIO(kept(name)))), [])
                self.assertEqual(ours, kept(name), "the same preemptions too")

    def test_all_requests_are_there_and_one_case_preempts(self):
        for name in KEPT:
            rows = list(csv.DictReader(io.StringIO(kept(name))))
            self.assertEqual([int(row["id"]) for row in rows], list(range(len(CASES[name].requests))))
            preempted = sum(int(row["preemptions"]) for row in rows)
            self.assertEqual(preempted > 0, name == "preempting")

    @unittest.skipUnless(PYTHON.exists(), "make peers has not installed Vidur")
    def test_vidur_still_answers_so(self):
        for name in KEPT:
            with self.subTest(case=name):
                self.assertEqual(serve_with_vidur(CASES[name]), kept(name))


if __name__ == "__main__":
    unittest.main()
