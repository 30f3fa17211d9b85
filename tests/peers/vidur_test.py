#!/usr/bin/env python3
"""How Vidur schedules: its rules on cases worked by hand, and laws on the cases of the comparison.
docs/method/serve-peers.md states the rules. Skips where `make peers` has not installed it."""

import csv
import io
import unittest
from decimal import Decimal

from cases import CASES, Case, Limits, Request, StepTime
from programs import need_vidur, serve_with_vidur as run

need_vidur()

AMPLE = Limits(token_budget=16, sequences_max=8, kv_blocks=1000, block_tokens=1)
TEN = StepTime(10)


def rows(text):
    """First token and completion in nanoseconds, and preemptions, by request."""
    return [(int(Decimal(row["first_token_s"]) * 10**9), int(Decimal(row["completion_s"]) * 10**9),
             int(row["preemptions"])) for row in csv.DictReader(io.StringIO(text))]


def serve(lengths, step=TEN, limits=AMPLE, options=()):
    """Of requests (arrival, input, output)."""
    return rows(run(Case(tuple(Request(*request) for request in lengths), step, limits), *options))


class Rules(unittest.TestCase):
    def test_a_prompts_end_gives_the_first_token_and_each_step_after_it_one(self):
        # Steps end at 10, 20, 30.
        self.assertEqual(serve([(0, 5, 3), (0, 5, 1)]), [(10, 30, 0), (10, 10, 0)])

    def test_a_step_takes_what_has_come_by_its_start(self):
        # The second comes as the first step ends, and is in the step from 10; the third comes later
        # and waits for the step from 20.
        self.assertEqual(serve([(0, 5, 4), (10, 5, 1), (11, 5, 1)]),
                         [(10, 40, 0), (20, 20, 0), (30, 30, 0)])

    def test_those_that_come_together_to_an_idle_replica_share_its_step(self):
        self.assertEqual(serve([(7, 5, 1), (7, 6, 1)]), [(17, 17, 0), (17, 17, 0)])

    def test_prompts_share_the_budget_in_order(self):
        # Of 16 tokens a step: 16 of the first; its last 4, 5 and 4; then decodes.
        self.assertEqual(serve([(0, 20, 3), (0, 5, 2), (0, 4, 1)]),
                         [(20, 40, 0), (20, 30, 0), (20, 20, 0)])

    def test_decodes_go_first_and_leave_the_rest_of_the_budget(self):
        # One token a step: the first decodes from 10 to 30, and no prompt fits beside it.
        one = Limits(token_budget=1, sequences_max=8, kv_blocks=1000, block_tokens=1)
        self.assertEqual(serve([(0, 1, 3), (0, 1, 1)], limits=one), [(10, 30, 0), (40, 40, 0)])

    def test_a_step_takes_its_linear_time(self):
        # 10 + 5 x 2 = 20 for the prompt; 10 + 3 + 5 = 18 with five tokens cached; then 19.
        step = StepTime(10, per_prompt_token_ns=2, per_sequence_ns=3, per_context_token_ns=1)
        self.assertEqual(serve([(0, 5, 3)], step), [(20, 57, 0)])
        # A mixed step: the second's 4 tokens, and the first with five cached, 10 + 8 + 3 + 5 = 26.
        self.assertEqual(serve([(0, 5, 2), (20, 4, 1)], step), [(20, 46, 0), (46, 46, 0)])

    def test_slots_are_those_that_hold_cache(self):
        one = Limits(token_budget=16, sequences_max=1, kv_blocks=1000, block_tokens=1)
        self.assertEqual(serve([(0, 5, 3), (0, 5, 1)], limits=one), [(10, 30, 0), (40, 40, 0)])

    def test_a_prompt_takes_all_its_blocks_when_it_is_let_in(self):
        # Chunks of four: the first holds six blocks from its first chunk on, so the second, of
        # three, finds two free until 20.
        eight = Limits(token_budget=4, sequences_max=8, kv_blocks=8, block_tokens=1)
        self.assertEqual(serve([(0, 6, 1), (0, 3, 1)], limits=eight), [(20, 20, 0), (30, 30, 0)])

    def test_the_watermark_is_rounded_down(self):
        # A quarter of ten blocks is two: five and three leave two, five and four leave one.
        ten = Limits(token_budget=16, sequences_max=8, kv_blocks=10, block_tokens=1, watermark=0.25)
        self.assertEqual(serve([(0, 5, 1), (0, 3, 1)], limits=ten), [(10, 10, 0), (10, 10, 0)])
        self.assertEqual(serve([(0, 5, 1), (0, 4, 1)], limits=ten), [(10, 10, 0), (20, 20, 0)])

    def test_the_newest_is_preempted_and_computed_anew_with_what_it_had_generated(self):
        # Of 8 blocks the prompts take 6, the step to 20 the last 2. Before the next the second
        # gives up its 4, of which the first takes one; 3 + 2 tokens find no room in 3 blocks until
        # the first ends at 30. That step computes them and gives the third token.
        eight = Limits(token_budget=16, sequences_max=8, kv_blocks=8, block_tokens=1)
        self.assertEqual(serve([(0, 3, 3), (0, 3, 3)], limits=eight), [(10, 30, 0), (10, 40, 1)])

    def test_a_prompt_in_work_that_is_preempted_is_computed_from_its_start(self):
        # Of 9 blocks the first takes 2 and the second 6. Chunks of 2 and 3 are computed of it when
        # the first needs a third block of its own; it has 4 at 40. Then 4 and 2 tokens of 6.
        nine = Limits(token_budget=4, sequences_max=8, kv_blocks=9, block_tokens=1)
        self.assertEqual(serve([(0, 2, 4), (0, 6, 1)], limits=nine), [(10, 40, 0), (60, 60, 1)])

    def test_a_decode_wants_a_free_block_that_it_may_not_need(self):
        # Prompts of 5 fill two blocks of four each, and no third is free. A token more fits into
        # them, but the second is preempted, let in again by the same step, and computed anew: the
        # steps take 10 + 10 and 10 + 6. Without the rule the second step takes 10.
        four = Limits(token_budget=16, sequences_max=8, kv_blocks=4, block_tokens=4)
        step = StepTime(10, per_prompt_token_ns=1)
        lengths = [(0, 5, 2), (0, 5, 2)]
        self.assertEqual(serve(lengths, step, four), [(20, 36, 0), (20, 36, 1)])
        self.assertEqual(serve(lengths, step, four, ["--no-spare-block"]),
                         [(20, 30, 0), (20, 30, 0)])


class Laws(unittest.TestCase):
    def test_tokens_take_their_steps_and_requests_their_turn(self):
        for name, case in CASES.items():
            for options in ([], ["--no-spare-block"]):
                served = rows(run(case, *options))
                self.assertEqual(len(served), len(case.requests))
                for request, (first, completion, preemptions) in zip(case.requests, served):
                    with self.subTest(case=name, options=options, request=request):
                        chunks = -(-request.input // case.limits.token_budget)
                        step = case.step.fixed_ns
                        self.assertGreaterEqual(first, request.arrival_ns + chunks * step)
                        self.assertGreaterEqual(completion, first + (request.output - 1) * step)
                firsts = [first for first, _, preemptions in served if preemptions == 0]
                self.assertEqual(firsts, sorted(firsts), "first come, first served")

    def test_only_the_cases_that_are_meant_to_preempt(self):
        preempted = {name for name, case in CASES.items() if any(row[2] for row in rows(run(case)))}
        self.assertEqual(preempted, {"preempting", "preempting_blocks"})

    def test_the_spare_block_matters_only_where_a_block_holds_several_tokens(self):
        for name, case in CASES.items():
            with self.subTest(case=name):
                same = run(case) == run(case, "--no-spare-block")
                self.assertEqual(same, name != "preempting_blocks")

    def test_a_run_can_be_repeated(self):
        case = CASES["preempting_blocks"]
        self.assertEqual(run(case), run.__wrapped__(case))


if __name__ == "__main__":
    unittest.main()
