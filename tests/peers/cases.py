"""Workloads that this program and another serve under the same limits and step times.

All times are whole nanoseconds, so that sums are exact and a difference is a difference of rules.
"""

import dataclasses
import json


@dataclasses.dataclass(frozen=True)
class Request:
    """Known by its place in the case, from zero; places are in order of arrival."""
    arrival_ns: int
    input: int   # Tokens of the prompt; at least one.
    output: int  # Tokens generated, the first included; at least one.


@dataclasses.dataclass(frozen=True)
class StepTime:
    """A step's time is linear in what the step does."""
    fixed_ns: int
    per_prompt_token_ns: int = 0   # A token of a prompt that the step computes.
    per_sequence_ns: int = 0       # A sequence that decodes.
    per_context_token_ns: int = 0  # A token that was in the cache of a sequence that decodes.

    def of(self, prompt_tokens, sequences, context):
        return (self.fixed_ns + self.per_prompt_token_ns * prompt_tokens +
                self.per_sequence_ns * sequences + self.per_context_token_ns * context)


@dataclasses.dataclass(frozen=True)
class Limits:
    token_budget: int    # Tokens of a step; a sequence that decodes takes one.
    sequences_max: int   # That hold cache at once.
    kv_blocks: int
    block_tokens: int
    watermark: float = 0.0  # Share of the blocks that admitting a prompt leaves free.


@dataclasses.dataclass(frozen=True)
class Case:
    requests: tuple
    step: StepTime
    limits: Limits

    def to_json(self):
        return json.dumps(dataclasses.asdict(self))

    @classmethod
    def from_json(cls, text):
        fields = json.loads(text)
        return cls(requests=tuple(Request(**request) for request in fields["requests"]),
                   step=StepTime(**fields["step"]), limits=Limits(**fields["limits"]))


class Draws:
    """Whole numbers that are the same everywhere: the 64-bit linear congruential generator of
    Knuth, The Art of Computer Programming, volume 2, section 3.3.4 (MMIX), of which the upper half
    is used."""

    def __init__(self, seed):
        self.state = seed

    def whole(self, low, high):
        """From `low` to `high`, both included; the bias is below (high - low) / 2^32."""
        self.state = (6364136223846793005 * self.state + 1442695040888963407) % 2**64
        return low + (self.state >> 32) % (high - low + 1)


def requests(seed, count, gap_ns, input, output, grid_ns=1):
    """`count` requests with gaps of 0 to 2 `gap_ns`, on multiples of `grid_ns`, and lengths in the
    ranges `input` and `output`."""
    draws = Draws(seed)
    arrival = 0
    made = []
    for _ in range(count):
        arrival += draws.whole(0, 2 * gap_ns // grid_ns) * grid_ns
        made.append(Request(arrival, draws.whole(*input), draws.whole(*output)))
    return tuple(made)


MS = 1_000_000
CONSTANT = StepTime(fixed_ns=10 * MS)
LINEAR = StepTime(fixed_ns=8 * MS, per_prompt_token_ns=20_000, per_sequence_ns=50_000,
                  per_context_token_ns=40)

CASES = {
    # Every prompt finds room: chunks and the order of work alone decide.
    "chunks": Case(requests(1, 300, 60 * MS, (1, 2000), (1, 120)), LINEAR,
                   Limits(token_budget=512, sequences_max=256, kv_blocks=100_000, block_tokens=16)),
    # Slots are short, and every arrival is on a step's end, many of them together.
    "slots": Case(requests(2, 400, 20 * MS, (1, 300), (1, 60), grid_ns=10 * MS), CONSTANT,
                  Limits(token_budget=256, sequences_max=12, kv_blocks=100_000, block_tokens=16)),
    # Blocks are short for prompts, a quarter of them is kept free, and nothing is decoded.
    "prompts": Case(requests(3, 300, 9 * MS, (1, 1500), (1, 1)), LINEAR,
                    Limits(token_budget=1024, sequences_max=256, kv_blocks=128, block_tokens=16,
                           watermark=0.25)),
    # Blocks run out while sequences decode. A block is one token, so that every decode needs one.
    "preempting": Case(requests(4, 200, 100 * MS, (50, 400), (20, 200)), CONSTANT,
                       Limits(token_budget=256, sequences_max=64, kv_blocks=2000, block_tokens=1)),
    # Likewise with blocks of sixteen tokens, where a rule of Vidur's own shows.
    "preempting_blocks": Case(requests(5, 200, 100 * MS, (50, 400), (20, 200)), LINEAR,
                              Limits(token_budget=256, sequences_max=64, kv_blocks=125,
                                     block_tokens=16)),
}
