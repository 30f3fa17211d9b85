#!/usr/bin/env python3
"""The simulation beside Vidur, to the nanosecond, on the cases of cases.py. docs/method/serve-peers.md
states the rules. Skips where `make peers` has not installed Vidur."""

import csv
import dataclasses
import io
import unittest

from cases import CASES, MS, Case, Draws, Limits, StepTime, requests
from differences import differences, read_served
from programs import need_vidur, serve, serve_with_vidur

need_vidur()

# Where the rule of the spare block shows: a block holds several tokens and blocks run out.
SPARE_BLOCK = {"preempting_blocks"}


def found(ours, theirs):
    """The differences of two tables."""
    return differences(read_served(io.StringIO(ours)), read_served(io.StringIO(theirs)))


def preemptions(text):
    """By request."""
    return {row["id"]: int(row["preemptions"]) for row in csv.DictReader(io.StringIO(text))}


def any_case(seed):
    """Up to 80 requests, alone or in crowds, under limits of which some are short."""
    draws = Draws(seed)
    block_tokens = draws.whole(1, 24)
    sent = requests(draws.whole(0, 2**31), draws.whole(20, 80), draws.whole(1, 30) * MS,
                    (1, draws.whole(1, 400)), (1, draws.whole(1, 80)),
                    grid_ns=5 * MS if draws.whole(0, 1) else 1)
    largest = max(-(-(request.input + request.output) // block_tokens) for request in sent)
    step = StepTime(5 * MS * draws.whole(1, 3), draws.whole(0, 20_000), draws.whole(0, 100_000),
                    draws.whole(0, 100)) if draws.whole(0, 2) else StepTime(5 * MS)
    return Case(sent, step, Limits(token_budget=draws.whole(1, 600),
                                   sequences_max=draws.whole(1, 40),
                                   kv_blocks=largest + draws.whole(0, 3 * largest),
                                   block_tokens=block_tokens))


class Agreement(unittest.TestCase):
    def assert_same(self, case, *options):
        ours, theirs = serve(case), serve_with_vidur(case, *options)
        self.assertEqual(found(ours, theirs), [])
        self.assertEqual(preemptions(ours), preemptions(theirs))

    def test_every_time_is_the_same_where_the_spare_block_changes_nothing(self):
        for name in CASES.keys() - SPARE_BLOCK:
            with self.subTest(case=name):
                self.assert_same(CASES[name])

    def test_every_time_is_the_same_without_the_spare_block(self):
        for name, case in CASES.items():
            with self.subTest(case=name):
                self.assert_same(case, "--no-spare-block")

    def test_every_time_of_any_case_is_the_same_without_the_spare_block(self):
        preempted = 0
        for seed in range(40):
            case = any_case(seed)
            with self.subTest(seed=seed, limits=case.limits):
                self.assert_same(case, "--no-spare-block")
                preempted += any(preemptions(serve(case)).values())
        self.assertGreater(preempted, 10, "many of the cases are to preempt")

    def test_requests_on_short_blocks_differ_by_the_spare_block_alone(self):
        # Rule 9: a sequence may decode only while a block is free, even if it needs none. So Vidur
        # preempts more often.
        for name in SPARE_BLOCK:
            ours, theirs = serve(CASES[name]), serve_with_vidur(CASES[name])
            differing = found(ours, theirs)
            self.assertGreater(len(differing), 0)
            self.assertGreater(sum(preemptions(theirs).values()), sum(preemptions(ours).values()))
            print(f"{name}: {len(differing)} times differ under the rule of the spare block; "
                  f"{sum(preemptions(theirs).values())} preemptions with it, "
                  f"{sum(preemptions(ours).values())} without")


class Sharpness(unittest.TestCase):
    def test_a_limit_off_by_one_is_found(self):
        changes = {"chunks": {"token_budget": 511}, "slots": {"sequences_max": 11},
                   "prompts": {"kv_blocks": 127}, "preempting": {"kv_blocks": 1999},
                   "preempting_blocks": {"kv_blocks": 124}}
        for name, change in changes.items():
            with self.subTest(case=name):
                case = CASES[name]
                limits = dataclasses.replace(case.limits, **change)
                ours = serve(dataclasses.replace(case, limits=limits))
                self.assertNotEqual(found(ours, serve_with_vidur(case, "--no-spare-block")), [])

    def test_a_step_longer_by_a_nanosecond_is_found(self):
        case = CASES["chunks"]
        step = dataclasses.replace(case.step, fixed_ns=case.step.fixed_ns + 1)
        ours = serve(dataclasses.replace(case, step=step))
        self.assertNotEqual(found(ours, serve_with_vidur(case)), [])


if __name__ == "__main__":
    unittest.main()
