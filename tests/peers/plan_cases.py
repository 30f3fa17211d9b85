"""Small two-stage capacity plans that offtake and its peers solve: how much of each offer to sign before
the needs and hourly prices of a year are known. A case is plain numbers, the same for every program."""

import dataclasses
import json
import random


@dataclasses.dataclass(frozen=True)
class Offer:
    chip: int
    price: float  # A chip-month.
    min_take: float  # Share due, used or not; the rest is paid if used.
    size: float  # Most chips.


@dataclasses.dataclass(frozen=True)
class PlanCase:
    ratio: list  # [workload][chip] Work of a chip.
    offers: list
    unmet_price: list  # [workload] Of a unit of work left undone for a month.
    probability: list  # [scenario]
    need: list  # [scenario][workload][month]
    hourly_price: list  # [scenario][chip][month] A chip-month.

    def text(self):
        return json.dumps(dataclasses.asdict(self))


def draw(scenarios, partial_take, seed=1, workloads=2, chips=4, months=12):
    """A case of so many scenarios; `partial_take`: some offers leave a part to be taken or not."""
    rng = random.Random(seed)
    ratio = [[rng.uniform(0.5, 1.5) for _ in range(chips)] for _ in range(workloads)]
    offers = [
        Offer(chip, rng.uniform(0.5, 0.8), rng.choice([0.5, 0.8, 1.0]) if partial_take else 1.0, rng.uniform(100, 400))
        for chip in range(chips) for _ in range(2)]
    need, hourly = [], []
    for _ in range(scenarios):
        level = [rng.lognormvariate(0.0, 0.4) for _ in range(workloads)]
        market = rng.lognormvariate(0.0, 0.2)
        need.append([[level[w] * 500.0 * (1.0 + 0.05 * m) * rng.uniform(0.9, 1.1) for m in range(months)]
                     for w in range(workloads)])
        hourly.append([[market * rng.uniform(1.0, 1.6) for _ in range(months)] for _ in range(chips)])
    weight = [rng.uniform(0.5, 1.5) for _ in range(scenarios)]
    total = sum(weight)
    return PlanCase(ratio, offers, [5.0] * workloads, [w / total for w in weight], need, hourly)


CASES = {
    "full_10": draw(10, partial_take=False),
    "full_100": draw(100, partial_take=False),
    "partial_1": draw(1, partial_take=True),
    "partial_10": draw(10, partial_take=True),
    "partial_100": draw(100, partial_take=True),
}
