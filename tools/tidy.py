#!/usr/bin/env python3
"""Holds the architecture: which module may include which, and what must not appear where.

Run from anywhere; prints every breach as file:line: what is wrong, and exits with 1 if there is one.
"""

import pathlib
import re
import sys

ROOT = pathlib.Path(__file__).resolve().parent.parent
SOURCE = ROOT / "src" / "offtake"

GROUND = {"base", "units"}
SUBJECTS = {"hardware", "model", "demand", "contract"}
ENGINES = {"perf", "calculon", "serve", "plan", "stress"}

# module -> the modules it may include, besides itself. ARCHITECTURE.md has the same table in words.
MAY_INCLUDE = {
    "base": set(),
    "units": {"base"},
    **{module: set(GROUND) for module in SUBJECTS},
    "lp": set(GROUND),
    "yaml": set(GROUND),
    "perf": GROUND | {"hardware", "model"},
    "calculon": GROUND | {"hardware", "model"},
    "serve": GROUND | {"demand"},
    "plan": GROUND | {"demand", "contract", "lp"},
    "stress": GROUND | {"demand", "contract"},
    "catalog": GROUND | SUBJECTS | {"yaml"},
    "book": GROUND | SUBJECTS | {"yaml"},
    "measurement": set(GROUND),
    "trace": GROUND | {"demand"},
    "fleet": GROUND | {"demand", "serve", "yaml"},
    "study": GROUND | SUBJECTS | ENGINES | {"lp", "catalog", "book", "fleet"},
    "fidelity": GROUND | {"hardware", "model", "demand", "perf", "serve", "catalog", "measurement",
                            "yaml", "study"},
    "report": set(GROUND),
    "findings": GROUND | SUBJECTS | ENGINES | {"study", "fidelity", "catalog", "book", "fleet", "report",
                                                    "lp"},
    "api": GROUND | SUBJECTS | ENGINES | {"study", "catalog", "book", "measurement", "trace", "fleet",
                                               "fidelity", "report", "findings", "lp"},
}

# header -> the only places that may include it.
ONLY_IN = {
    "highs_c_api.h": {"lp/highs_solver.cpp"},
    "nlohmann/": {"api/", "report/", "catalog/", "stress/clearing_case_test.cpp",
                  "trace/json_lines_format.cpp"},
    "yaml-cpp/": {"yaml/"},
    "Eigen/": {"stress/", "perf/", "fidelity/"},
    "csv.h": {"measurement/csv_table.cpp"},
    "ceres/": {"fidelity/"},
    "CLI/": set(),
}

# What no engine does (ARCHITECTURE.md, choice 2), and what would make runs differ.
BANNED_IN_ENGINES = {
    r"std::(c|w)?(out|err)\b": "an engine does not print",
    r"std::(i|o)?fstream\b": "an engine does not open files",
    r"\b(system|steady|high_resolution)_clock\b": "an engine does not read clocks",
    r"\bstd::j?thread\b": "an engine owns no threads; use for_each_index",
}
BANNED_EVERYWHERE = {
    r"\b(TODO|FIXME|XXX|HACK)\b": "unfinished work",
    r"\brand\(\)|std::(mt19937|random_device|normal_distribution)": "use RandomStream",
    r"ffast-math": "answers must repeat",
}

INCLUDE = re.compile(r'^\s*#include\s+["<]([^">]+)[">]')


def breaches_of(path: pathlib.Path):
    inside = path.relative_to(SOURCE)
    module = inside.parts[0]
    if module not in MAY_INCLUDE:
        yield 1, f"module {module} is not in the table of layers"
        return
    is_test = path.stem.endswith(("_test", "_bench"))
    for number, line in enumerate(path.read_text().splitlines(), start=1):
        found = INCLUDE.match(line)
        if found:
            yield from ((number, text) for text in bad_include(inside, module, found.group(1)))
        for pattern, reason in BANNED_EVERYWHERE.items():
            if re.search(pattern, line):
                yield number, reason
        if module in ENGINES and not is_test:
            for pattern, reason in BANNED_IN_ENGINES.items():
                if re.search(pattern, line):
                    yield number, reason


def bad_include(inside: pathlib.Path, module: str, included: str):
    if included.startswith("offtake/"):
        other = included.split("/")[1]
        if other != module and other not in MAY_INCLUDE[module]:
            yield f"{module} may not include {other}"
        if not (SOURCE.parent / included).exists():
            yield f"{included} does not exist"
    for header, places in ONLY_IN.items():
        if included.startswith(header) and not any(str(inside).startswith(p) for p in places):
            yield f"{included} may be included only in {', '.join(sorted(places)) or 'apps'}"


def main() -> int:
    count = 0
    for path in sorted(SOURCE.rglob("*.[ch]pp")):
        for number, text in breaches_of(path):
            print(f"{path.relative_to(ROOT)}:{number}: {text}")
            count += 1
    print(f"tidy: {count} breaches" if count else "tidy: the layers hold")
    return 1 if count else 0


if __name__ == "__main__":
    sys.exit(main())
