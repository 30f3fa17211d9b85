#!/usr/bin/env python3
"""Checks the catalog's files against their JSON Schemas, and that each source they name exists;
likewise the example fleets and the systems and models that they name.

The C++ reader checks more; this checker needs no build, so an editor of the data can run it alone,
and it proves that the schemas are true to the files. Needs PyYAML and jsonschema (skips, with exit
code 77, without them).
"""

import json
import pathlib
import sys

try:
    import jsonschema
    import referencing
    import yaml
except ImportError as missing:
    print(f"check_catalog: skipped, {missing.name} is not installed")
    sys.exit(77)

ROOT = pathlib.Path(__file__).resolve().parent.parent / "catalog"
KINDS = {
    "benchmarks": "benchmark",
    "chips": "chip",
    "deals": "deal",
    "demand": "demand",
    "efficiencies": "efficiency",
    "fits": "fit",
    "models": "model",
    "parties": "party",
    "prices": "price",
    "sources": "source",
    "stacks": "stack",
    "systems": "system",
}
FLEETS = ROOT.parent / "examples" / "fleets"


class PlainLoader(getattr(yaml, "CSafeLoader", yaml.SafeLoader)):
    """Leaves dates as text, as the reader does."""


PlainLoader.yaml_implicit_resolvers = {
    letter: [(tag, pattern) for tag, pattern in rules if not tag.endswith(":timestamp")]
    for letter, rules in PlainLoader.yaml_implicit_resolvers.items()
}


def load(path):
    return yaml.load(path.read_text(encoding="utf-8"), Loader=PlainLoader)


def schemas():
    """A validator for each kind, with the references between the schemas resolved."""
    found = {path.name: json.loads(path.read_text()) for path in (ROOT / "schema").glob("*.json")}
    registry = referencing.Registry().with_resources(
        (name, referencing.Resource.from_contents(schema)) for name, schema in found.items()
    )
    validators = {}
    for kind in [*KINDS.values(), "fleet"]:
        schema = found[f"{kind}.schema.json"]
        jsonschema.Draft202012Validator.check_schema(schema)
        validators[kind] = jsonschema.Draft202012Validator(schema, registry=registry)
    return validators


def named_sources(value):
    """Every source id in a document, with where it stands."""
    if isinstance(value, list):
        for index, item in enumerate(value):
            for path, source in named_sources(item):
                yield f"/{index}{path}", source
    if not isinstance(value, dict):
        return
    for key, item in value.items():
        if key == "source":
            yield "/source", item
        elif key == "sources_further":
            yield from (("/sources_further", source) for source in item)
        else:
            for path, source in named_sources(item):
                yield f"/{key}{path}", source


def breaches(validator, document, name):
    """What of a document its schema does not allow."""
    for error in validator.iter_errors(document):
        place = "/".join(str(part) for part in error.absolute_path)
        yield f"{name}: /{place}: {error.message[:300]}"


def fleet_problems(validator):
    """Of the example fleets."""
    for path in sorted(FLEETS.glob("*.yaml")):
        fleet = load(path)
        yield from breaches(validator, fleet, path.name)
        named = [("models", fleet.get("model"))]
        named += [("systems", pool.get("system")) for pool in fleet.get("pools", [])]
        for folder, id in named:
            if not (ROOT / folder / f"{id}.yaml").exists():
                yield f"{path.name}: {folder} has no {id!r}"


def check():
    validators = schemas()
    documents = {
        path: load(path) for folder in KINDS for path in sorted((ROOT / folder).glob("*.yaml"))
    }
    sources = set()
    for path, document in documents.items():
        if path.parent.name == "sources":
            sources.update(document)
    problems = list(fleet_problems(validators["fleet"]))
    used = set()
    for path, document in documents.items():
        name = path.relative_to(ROOT)
        problems += breaches(validators[KINDS[path.parent.name]], document, name)
        if path.parent.name == "sources":
            continue
        for place, source in named_sources(document):
            used.add(source)
            if source not in sources:
                problems.append(f"{name}: {place}: no source has the id {source!r}")
    unused = sorted(sources - used)
    problems += [f"sources: {source}: no figure names it" for source in unused]
    print("\n".join(problems) or f"check_catalog: {len(documents)} files, {len(sources)} sources")
    return 1 if problems else 0


if __name__ == "__main__":
    sys.exit(check())
