#!/usr/bin/env python3
"""Serves a case of cases.py with the Sarathi scheduler of Vidur, on one replica.

    .venv-peers/bin/python tests/peers/run_vidur.py CASE.json

writes a table with the columns id, first_token_s, completion_s and preemptions to standard output.
Requests, batches, events and schedulers are Vidur's. Three things are not: the step time, which is
the case's; the store of metrics, which is left out with the packages that it and the profiles need;
and what a preempted request remembers (`Recomputed`).
"""

import argparse
import csv
import importlib.abc
import importlib.machinery
import logging
import sys
import types
from unittest import mock

from cases import Case

LEFT_OUT = {"ddsketch", "fasteners", "huggingface_hub", "numpy", "pandas", "plotly_express",
            "scipy", "sklearn", "wandb"}


class StandIns(importlib.abc.MetaPathFinder, importlib.abc.Loader):
    """Lets Vidur import the packages that are left out; none of them is called."""

    def find_spec(self, name, path=None, target=None):
        if name.partition(".")[0] in LEFT_OUT:
            return importlib.machinery.ModuleSpec(name, self, is_package=True)
        return None

    def create_module(self, spec):
        return mock.MagicMock(__name__=spec.name, __path__=[], __spec__=spec)

    def exec_module(self, module):
        pass


sys.meta_path.insert(0, StandIns())

from vidur import simulator  # noqa: E402
from vidur.config.config import (  # noqa: E402
    CacheConfig, LinearRegressionExecutionTimePredictorConfig, ReplicaConfig,
    RoundRobinGlobalSchedulerConfig, SarathiSchedulerConfig, TraceRequestGeneratorConfig)
from vidur.entities import Request  # noqa: E402
from vidur.execution_time_predictor import ExecutionTimePredictorRegistry  # noqa: E402
from vidur.request_generator import RequestGeneratorRegistry  # noqa: E402
from vidur.scheduler.replica_scheduler.replica_scheduler_registry import (  # noqa: E402
    ReplicaSchedulerRegistry)
from vidur.scheduler.replica_scheduler.sarathi_replica_scheduler import (  # noqa: E402
    SarathiReplicaScheduler)


class Recomputed(Request):
    """Vidur 0.0.26 stops at an assertion soon after a preemption, since a request still counts what
    its stages had computed; and a prompt that was preempted in work would be cut to what had been
    computed of it. Here it starts anew in both ways."""

    def restart(self):
        lengths = self.num_prefill_tokens, self.num_decode_tokens
        in_work = not self.is_prefill_complete
        super().restart()
        if in_work:
            self._num_prefill_tokens, self._num_decode_tokens = lengths
        self._num_stage_processed_tokens = 0
        self._is_prefill_stage_complete = False


class WithoutSpareBlock(SarathiReplicaScheduler):
    """A sequence decodes if it has room for one more token. Vidur wants a free block besides, even
    where the last block of the sequence is not full."""

    def _can_allocate_request(self, request):
        held = self._allocation_map.get(request.id)
        if held and request.num_processed_tokens <= held * self._cache_config.block_size:
            return True
        return super()._can_allocate_request(request)


def replace(registry, key, make):
    registry.unregister(key)
    registry.register(key, make)


def batch_time(step, batch):
    """In nanoseconds. Of the tokens of a request that decodes, the last is in no cache yet."""
    decoding = [request for request in batch.requests if request.is_prefill_complete]
    return step.of(prompt_tokens=batch.num_prefill_tokens, sequences=len(decoding),
                   context=sum(request.num_processed_tokens - 1 for request in decoding))


class Predictor:
    def __init__(self, step):
        self.step = step

    def get_execution_time(self, batch, _stage):
        time = batch_time(self.step, batch)
        return types.SimpleNamespace(total_time=time, model_time=time)


def configuration(case):
    replica = ReplicaConfig(num_pipeline_stages=1, tensor_parallel_size=1)
    cache = CacheConfig(block_size=case.limits.block_tokens, num_blocks=case.limits.kv_blocks,
                        watermark_blocks_fraction=case.limits.watermark)
    scheduler = SarathiSchedulerConfig(batch_size_cap=case.limits.sequences_max,
                                       chunk_size=case.limits.token_budget)
    return types.SimpleNamespace(
        time_limit=None,
        cluster_config=types.SimpleNamespace(
            num_replicas=1, replica_config=replica, cache_config=cache,
            replica_scheduler_config=scheduler,
            global_scheduler_config=RoundRobinGlobalSchedulerConfig()),
        metrics_config=types.SimpleNamespace(output_dir=None, write_json_trace=False,
                                             enable_chrome_trace=False),
        request_generator_config=TraceRequestGeneratorConfig(),
        execution_time_predictor_config=LinearRegressionExecutionTimePredictorConfig())


def serve(case):
    """The requests of `case`, served; their times are in nanoseconds."""
    served = [Recomputed(request.arrival_ns, request.input, request.output)
              for request in case.requests]
    config = configuration(case)
    replace(RequestGeneratorRegistry, config.request_generator_config.get_type(),
            lambda _config: types.SimpleNamespace(generate=lambda: served))
    replace(ExecutionTimePredictorRegistry, config.execution_time_predictor_config.get_type(),
            lambda **_configs: Predictor(case.step))
    logging.getLogger("vidur").setLevel(logging.WARNING)
    with mock.patch.object(simulator, "MetricsStore"):
        simulator.Simulator(config).run()
    return served


def seconds(ns):
    return f"{ns // 10**9}.{ns % 10**9:09d}"


def main():
    arguments = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    arguments.add_argument("case", type=argparse.FileType(), help="as Case.to_json() writes it")
    arguments.add_argument("--no-spare-block", action="store_true",
                           help="let a sequence decode without a free block that it does not need")
    options = arguments.parse_args()
    case = Case.from_json(options.case.read())
    if options.no_spare_block:
        replace(ReplicaSchedulerRegistry, SarathiSchedulerConfig.get_type(), WithoutSpareBlock)
    table = csv.writer(sys.stdout, lineterminator="\n")
    table.writerow(["id", "first_token_s", "completion_s", "preemptions"])
    for id, request in enumerate(serve(case)):
        table.writerow([id, seconds(request.prefill_completed_at), seconds(request.completed_at),
                        request.num_restarts])


if __name__ == "__main__":
    main()
