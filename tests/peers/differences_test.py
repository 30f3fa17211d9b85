#!/usr/bin/env python3
"""What two programs answer differently about the same requests."""

import io
import unittest
from decimal import Decimal

from cases import Draws
from differences import Difference, Served, differences, read_served


def served(seed, count):
    draws = Draws(seed)
    made = []
    for id in range(count):
        first = draws.whole(1, 10**6)
        made.append((id, first, first + draws.whole(0, 10**6)))
    return made


class Differences(unittest.TestCase):
    def test_name_the_request_the_time_and_both_values(self):
        ours = [(0, 1.0, 2.0), (1, 1.5, 2.5)]
        theirs = [(0, 1.0, 2.25), (1, 1.75, 2.5)]
        self.assertEqual(differences(ours, theirs), [Difference(0, "completion_s", 2.0, 2.25),
                                                     Difference(1, "first_token_s", 1.5, 1.75)])

    def test_a_request_that_one_program_lacks_is_one(self):
        self.assertEqual(differences([(0, 1, 2), (2, 1, 2)], [(1, 1, 2), (2, 1, 2)]),
                         [Difference(0, "served", True, False),
                          Difference(1, "served", False, True)])

    def test_times_as_far_apart_as_the_tolerance_are_the_same(self):
        ours, theirs = [(0, 10, 20)], [(0, 13, 17)]
        self.assertEqual(differences(ours, theirs, tolerance_s=3), [])
        self.assertEqual(len(differences(ours, theirs, tolerance_s=2)), 2)

    def test_a_time_that_is_no_number_is_no_agreement(self):
        nan = float("nan")
        self.assertEqual(len(differences([(0, nan, 1.0)], [(0, nan, 1.0)])), 1)

    def test_a_request_served_twice_is_refused(self):
        with self.assertRaisesRegex(ValueError, "theirs: request 3 is served twice"):
            differences([(3, 1, 2)], [(3, 1, 2), (3, 1, 2)])

    def test_the_order_of_rows_does_not_matter(self):
        for seed in range(50):
            rows, others = served(seed, 20), served(seed + 1000, 20)
            self.assertEqual(differences(rows[::-1], others), differences(rows, others[::-1]))
            self.assertEqual(differences(rows, rows[::-1]), [])

    def test_each_change_is_found_alone(self):
        for seed in range(50):
            rows = served(seed, 20)
            draws = Draws(seed)
            id, column = draws.whole(0, 19), draws.whole(1, 2)
            changed = list(rows)
            changed[id] = tuple(value + (place == column)
                                for place, value in enumerate(rows[id]))
            (found,) = differences(rows, changed)
            self.assertEqual((found.id, found.what, found.theirs - found.ours),
                             (id, Served._fields[column], 1))

    def test_swapping_the_programs_swaps_the_values(self):
        for seed in range(50):
            rows, others = served(seed, 20), served(seed + 1000, 25)
            swapped = [Difference(id, what, theirs, ours)
                       for id, what, ours, theirs in differences(rows, others)]
            self.assertEqual(differences(others, rows), swapped)


class Tables(unittest.TestCase):
    def test_are_read_without_rounding(self):
        text = "id,first_token_s,completion_s,preemptions\n4,0.100000001,12345678.000000009,2\n"
        self.assertEqual(read_served(io.StringIO(text)),
                         [(4, Decimal("0.100000001"), Decimal("12345678.000000009"))])


if __name__ == "__main__":
    unittest.main()
