#!/usr/bin/env python3
"""The workloads that are served by this program and by others."""

import unittest

from cases import CASES, Case, Draws, Limits, Request, StepTime, requests


class StepTimes(unittest.TestCase):
    def test_are_a_sum_of_four_parts(self):
        # 1000 + 3 x 20 + 2 x 7 + 50 x 4.
        step = StepTime(1000, per_prompt_token_ns=20, per_sequence_ns=7, per_context_token_ns=4)
        self.assertEqual(step.of(prompt_tokens=3, sequences=2, context=50), 1274)


class Workloads(unittest.TestCase):
    def test_a_draw_is_the_upper_half_of_the_generators_state(self):
        # From 0 the state is the increment, 1442695040888963407 = 335903614 x 2^32 + 4150755663.
        self.assertEqual(335903614 * 2**32 + 4150755663, 1442695040888963407)
        self.assertEqual(Draws(0).whole(0, 2**32 - 1), 335903614)
        # 335903614 = 33590361 x 10 + 4.
        self.assertEqual(Draws(0).whole(100, 109), 104)

    def test_keep_to_their_ranges_and_their_grid_and_never_go_back(self):
        for seed in range(50):
            made = requests(seed, 40, gap_ns=30, input=(2, 9), output=(1, 3), grid_ns=10)
            arrivals = [request.arrival_ns for request in made]
            self.assertEqual(arrivals, sorted(arrivals))
            gaps = {after - before for before, after in zip([0] + arrivals, arrivals)}
            self.assertLessEqual(gaps, set(range(0, 61, 10)))
            self.assertLessEqual({request.input for request in made}, set(range(2, 10)))
            self.assertLessEqual({request.output for request in made}, {1, 2, 3})

    def test_reach_both_ends_of_their_ranges(self):
        made = requests(1, 1000, gap_ns=10, input=(2, 9), output=(1, 3))
        self.assertEqual({request.input for request in made}, set(range(2, 10)))
        self.assertEqual({request.output for request in made}, {1, 2, 3})

    def test_are_the_same_after_they_were_written(self):
        case = Case((Request(5, 7, 2),), StepTime(10, 1, 2, 3), Limits(16, 4, 8, 2, 0.5))
        self.assertEqual(Case.from_json(case.to_json()), case)

    def test_of_the_comparison_fit_into_their_blocks(self):
        for name, case in CASES.items():
            limits = case.limits
            free = limits.kv_blocks - int(limits.watermark * limits.kv_blocks)
            for request in case.requests:
                with self.subTest(case=name, request=request):
                    blocks = -(-(request.input + request.output) // limits.block_tokens)
                    self.assertLessEqual(blocks, free)


if __name__ == "__main__":
    unittest.main()
