#!/usr/bin/env python3
"""Turns the measured operation tables of the Python package aiconfigurator-core into a CSV file
that `offtake size --operations` reads: one row a measured point.

    python3 tools/import_operations.py --package aiconfigurator_core-0.12.0-...whl \\
        --chip h100-sxm --stack vllm -o h100-vllm.csv

The package (NVIDIA, Apache-2.0) holds Parquet tables of single operations, timed one at a time on
A100 to GB300 with vLLM, SGLang and TensorRT-LLM. It is not installed with offtake and its tables
are not kept here. Needs pyarrow. What is chosen among what the tables hold:
- of the versions of a framework the newest wins; older ones fill in the points it lacks;
- of several kernels at one point, the fastest: a framework picks its kernel by trial;
- eight bits scaled by tensor and by block are both `fp8`, four-bit mixes of 16- or 8-bit
  activations both `mxfp4`;
- prompts whose attention is multiplied in 16 bits, as the model of offtake assumes;
- experts under one routing, by default skewed as real ones are (`--routing`).
Left out are rows timed with the host's launches in them (EAGER), whose floor is the host's, and
experts that are not gated.
"""

import argparse
import csv
import io
import pathlib
import re
import sys
import zipfile

FORMATS = {
    "bfloat16": "bf16", "fp8": "fp8", "fp8_block": "fp8", "nvfp4": "nvfp4", "int4_wo": "int4",
    "w4a16_mxfp4": "mxfp4", "w4a8_mxfp4_mxfp8": "mxfp4",
}
CHIPS = {
    "a100_sxm": "a100-80g", "l40s": "l40s", "h100_sxm": "h100-sxm", "h200_sxm": "h200-sxm",
    "b200_sxm": "b200-sxm", "b300_sxm": "b300-sxm", "gb200": "gb200", "gb300": "gb300",
}
STACKS = {"vllm": "vllm", "sglang": "sglang", "trtllm": "trt-llm"}
# Experts of two matrices (Nemotron-H): hidden size and width. Their rows look like gated ones.
UNGATED = {(2688, 1856), (4096, 2688), (8192, 5120), (2048, 5120), (1024, 2688)}
EAGER = {("vllm", "gemm", "fp8_block")}
SIZES = ("format", "cache", "batch", "tokens", "inputs", "outputs", "heads", "kv_heads", "head_dim",
         "window", "experts", "active", "tensor", "expert")
COLUMNS = ("package", "chip", "stack", "version", "operation", "kernel", *SIZES, "us")


def gemm(row, _):
    yield {"format": FORMATS.get(row["gemm_dtype"]), "tokens": row["m"], "inputs": row["k"],
           "outputs": row["n"]}


def attention(row):
    return {"cache": FORMATS.get(row["kv_cache_dtype"]), "batch": row["batch_size"],
            "heads": row["num_heads"], "kv_heads": row["num_key_value_heads"],
            "head_dim": row["head_dim"], "window": row.get("window_size", 0)}


def decode_attention(row, _):
    """`step` tokens are cached when the next one is attended."""
    yield attention(row) | {"tokens": row["step"] + 1}


def prefill_attention(row, _):
    if row["attn_dtype"] == "bfloat16" and row["step"] == 0:
        yield attention(row) | {"tokens": row["isl"]}


def latent(row):
    return {"cache": FORMATS.get(row["kv_cache_dtype"]), "batch": row["batch_size"],
            "heads": row["num_heads"]}


def latent_decode(row, _):
    yield latent(row) | {"tokens": row["step"] + 1}


def latent_prefill(row, _):
    if row["step"] == 0:
        yield latent(row) | {"tokens": row["isl"]}


def experts(row, routing):
    if row["distribution"] == routing and \
       (row["hidden_size"], row["inter_size"]) not in UNGATED:
        yield {"format": FORMATS.get(row["moe_dtype"]), "tokens": row["num_tokens"],
               "inputs": row["hidden_size"], "outputs": row["inter_size"],
               "experts": row["num_experts"], "active": row["topk"], "tensor": row["moe_tp_size"],
               "expert": row["moe_ep_size"]}


# operation -> family and table of the package, how a row of it is read.
OPERATIONS = {
    "gemm": ("gemm", "gemm_perf", gemm),
    "decode_attention": ("attention", "generation_attention_perf", decode_attention),
    "prefill_attention": ("attention", "context_attention_perf", prefill_attention),
    "latent_decode": ("mla", "generation_mla_perf", latent_decode),
    "latent_prefill": ("mla", "context_mla_perf", latent_prefill),
    "experts": ("moe", "moe_perf", experts),
}
DTYPE_OF = {"gemm": "gemm_dtype"}


class Package:
    """The package as a wheel or as an installed folder."""

    def __init__(self, place: pathlib.Path):
        self.zip = zipfile.ZipFile(place) if place.suffix == ".whl" else None
        if self.zip:
            names = self.zip.namelist()
        else:
            self.root = place.parent
            names = [str(path.relative_to(self.root)) for path in place.rglob("*.parquet")]
            names += [str(path.relative_to(self.root))
                      for path in self.root.glob("aiconfigurator_core-*.dist-info/METADATA")]
        self.tables = [name for name in names if name.endswith(".parquet")]
        found = [re.match(r"aiconfigurator_core-([^/]+)\.dist-info/METADATA$", name)
                 for name in names]
        self.version = next((match.group(1) for match in found if match), "unknown")

    def read(self, name):
        import pyarrow.parquet
        file = io.BytesIO(self.zip.read(name)) if self.zip else self.root / name
        return pyarrow.parquet.read_table(file).to_pylist()


def age(version):
    """Sorts 1.3.0rc20 after 1.3.0rc3 and before 1.3.0."""
    numbers = [int(number) for number in re.findall(r"\d+", version)]
    return (numbers[:3], "rc" not in version, numbers)


def points_of(package, chip, framework, operation, routing):
    """Size -> version, kernel and microseconds of each point of one operation, newest first."""
    family, table, read = OPERATIONS[operation]
    pattern = re.compile(rf".*/data/{chip}/{family}/{framework}/([^/]+)/{table}\.parquet$")
    names = [(match.group(1), name) for name in package.tables if (match := pattern.match(name))]
    points = {}
    for version, name in sorted(names, key=lambda found: age(found[0]), reverse=True):
        own = {}
        for row in package.read(name):
            if (framework, operation, row.get(DTYPE_OF.get(operation))) in EAGER:
                continue
            for size in read(row, routing):
                key = tuple(size.get(column, "") for column in SIZES)
                time = 1e3 * row["latency"]
                if None in key or not time > 0 or (key in own and own[key][2] <= time):
                    continue
                own[key] = (version, row["kernel_source"], time)
        points = own | points
    return points


def package_place(given):
    if given:
        return pathlib.Path(given)
    import importlib.util
    spec = importlib.util.find_spec("aiconfigurator_core")
    if spec is None:
        sys.exit("import_operations: no package; name a wheel with --package, or install it: "
                 "pip install aiconfigurator-core")
    return pathlib.Path(spec.submodule_search_locations[0])


def main():
    parser = argparse.ArgumentParser(description=__doc__.split("\n\n")[0])
    parser.add_argument("--package", help="the wheel, or the folder aiconfigurator_core")
    parser.add_argument("--chip", action="append", choices=sorted(CHIPS.values()),
                        help="catalog ids; else all")
    parser.add_argument("--stack", action="append", choices=sorted(STACKS.values()),
                        help="catalog ids; else all")
    parser.add_argument("--operation", action="append", choices=list(OPERATIONS), help="else all")
    parser.add_argument("--routing", default="power_law_1.01",
                        help="of tokens to experts, as the package names it (%(default)s)")
    parser.add_argument("-o", "--out", required=True, help="the CSV file")
    words = parser.parse_args()
    try:
        import pyarrow.parquet  # noqa: F401
    except ImportError:
        sys.exit("import_operations: Parquet needs pyarrow; install it: pip install pyarrow")

    package = Package(package_place(words.package))
    count = 0
    with open(words.out, "w", newline="") as file:
        writer = csv.writer(file, lineterminator="\n")
        writer.writerow(COLUMNS)
        for chip, chip_id in CHIPS.items():
            for framework, stack in STACKS.items():
                if (words.chip and chip_id not in words.chip) or \
                   (words.stack and stack not in words.stack):
                    continue
                for operation in words.operation or OPERATIONS:
                    points = points_of(package, chip, framework, operation, words.routing)
                    for size, (version, kernel, time) in sorted(points.items()):
                        writer.writerow((package.version, chip_id, stack, version, operation,
                                         kernel, *size, f"{time:.5g}"))
                    count += len(points)
    print(f"{count} points of version {package.version} in {words.out}")
    if count == 0:
        sys.exit("import_operations: the package has no such table")


if __name__ == "__main__":
    main()
