#!/usr/bin/env python3
"""The plan's cost beside that of the same capacity model in linopy and in PyPSA, on the cases of
plan_cases.py. What the peers answered is kept in published/plans.json, so they are not needed; where
`make peers` has installed them, they must still answer so."""

import json
import unittest

from plan_cases import CASES
from plan_programs import HERE, PYTHON, plan, plan_with_peer

KEPT = json.loads((HERE / "published/plans.json").read_text())
TOLERANCE = 1e-6  # Of the cost.


class Plans(unittest.TestCase):
    def assert_same_cost(self, ours, theirs):
        self.assertLessEqual(abs(ours - theirs), TOLERANCE * abs(theirs))

    def test_each_case_was_answered_by_a_peer(self):
        self.assertEqual(set(KEPT), set(CASES))
        for name, costs in KEPT.items():
            self.assertEqual("pypsa" in costs, name.startswith("full"), "PyPSA states offers due in full only")
            self.assertIn("linopy", costs)

    def test_the_cost_is_the_peers_by_either_method(self):
        for name, costs in KEPT.items():
            for method in ("extensive_form", "l_shaped"):
                ours = plan(CASES[name], method)["objective"]
                for peer, theirs in costs.items():
                    with self.subTest(case=name, method=method, peer=peer):
                        self.assert_same_cost(ours, theirs)

    @unittest.skipUnless(PYTHON.exists(), "make peers has not installed linopy and PyPSA")
    def test_the_peers_still_answer_so(self):
        for name, costs in KEPT.items():
            for peer, cost in costs.items():
                with self.subTest(case=name, peer=peer):
                    self.assert_same_cost(plan_with_peer(CASES[name], peer)["objective"], cost)


if __name__ == "__main__":
    unittest.main()
