#!/usr/bin/env python3
"""The import of measured operations, on a package of a few rows made here. Skips without pyarrow."""

import csv
import pathlib
import subprocess
import sys
import tempfile
import unittest

try:
    import pyarrow
    import pyarrow.parquet
except ImportError:
    print("import_operations_test: skipped, pyarrow is not installed")
    sys.exit(77)

TOOL = pathlib.Path(__file__).resolve().parent.parent / "tools/import_operations.py"


def gemm(m, ms, kernel="a", dtype="bfloat16"):
    return {"kernel_source": kernel, "gemm_dtype": dtype, "m": m, "n": 4096, "k": 1024,
            "latency": ms}


class Import(unittest.TestCase):
    def setUp(self):
        self.folder = tempfile.TemporaryDirectory()
        self.addCleanup(self.folder.cleanup)
        self.root = pathlib.Path(self.folder.name)
        info = self.root / "aiconfigurator_core-9.8.7.dist-info"
        info.mkdir()
        (info / "METADATA").write_text("Name: aiconfigurator-core\n")

    def table(self, family, version, name, rows, framework="vllm"):
        folder = self.root / "aiconfigurator_core/systems/data/h100_sxm" / family / framework / version
        folder.mkdir(parents=True, exist_ok=True)
        pyarrow.parquet.write_table(pyarrow.Table.from_pylist(rows), folder / f"{name}.parquet")

    def imported(self, *words):
        out = self.root / "out.csv"
        subprocess.run([sys.executable, TOOL, "--package", self.root / "aiconfigurator_core",
                        "-o", out, *words], check=True, capture_output=True)
        with open(out, newline="") as file:
            return list(csv.DictReader(file))

    def test_a_point_says_where_it_is_from_and_its_time_in_microseconds(self):
        self.table("gemm", "1.2.0", "gemm_perf", [gemm(16, 0.25)])
        (row,) = self.imported()
        said = {key: row[key] for key in row if row[key]}
        self.assertEqual(said, {
            "package": "9.8.7", "chip": "h100-sxm", "stack": "vllm", "version": "1.2.0",
            "operation": "gemm", "kernel": "a", "format": "bf16", "tokens": "16",
            "inputs": "1024", "outputs": "4096", "us": "250"})

    def test_the_newest_version_wins_and_older_ones_fill_in(self):
        self.table("gemm", "1.2.0", "gemm_perf", [gemm(16, 0.2), gemm(32, 0.4)])
        self.table("gemm", "1.10.0rc2", "gemm_perf", [gemm(16, 0.3)])
        points = {row["tokens"]: (row["version"], row["us"]) for row in self.imported()}
        self.assertEqual(points, {"16": ("1.10.0rc2", "300"), "32": ("1.2.0", "400")})

    def test_the_fastest_kernel_of_a_point_is_kept(self):
        self.table("gemm", "1.0", "gemm_perf", [gemm(16, 0.3, "slow"), gemm(16, 0.1, "fast")])
        self.assertEqual([row["kernel"] for row in self.imported()], ["fast"])

    def test_rows_timed_with_the_hosts_launches_are_left_out(self):
        self.table("gemm", "1.0", "gemm_perf", [gemm(16, 0.3), gemm(16, 0.9, dtype="fp8_block")])
        self.assertEqual([row["format"] for row in self.imported()], ["bf16"])

    def test_a_decode_step_attends_to_the_cached_tokens_and_its_own(self):
        self.table("attention", "1.0", "generation_attention_perf", [
            {"kernel_source": "a", "batch_size": 8, "num_heads": 32, "num_key_value_heads": 8,
             "head_dim": 128, "window_size": 0, "kv_cache_dtype": "fp8", "step": 1023,
             "latency": 0.02}])
        (row,) = self.imported()
        self.assertEqual((row["operation"], row["tokens"], row["cache"], row["us"]),
                         ("decode_attention", "1024", "fp8", "20"))

    def test_experts_are_taken_under_the_routing_asked_for(self):
        rows = [{"kernel_source": "a", "moe_dtype": "nvfp4", "num_tokens": 64, "hidden_size": 7168,
                 "inter_size": 2048, "topk": 8, "num_experts": 256, "moe_tp_size": 1,
                 "moe_ep_size": 8, "distribution": routing, "latency": ms}
                for routing, ms in (("balanced", 0.1), ("power_law_1.01", 0.2))]
        self.table("moe", "1.0", "moe_perf", rows)
        self.assertEqual([row["us"] for row in self.imported()], ["200"])
        self.assertEqual([row["us"] for row in self.imported("--routing", "balanced")], ["100"])


if __name__ == "__main__":
    unittest.main()
