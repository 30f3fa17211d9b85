"""Solves the case of plan_cases.py that stands on standard input as a linopy model, and prints cost and
seconds as JSON. Runs in the environment of `make peers`."""

import json
import sys
import time

import linopy
import numpy
import pandas
import xarray


def build(case):
    index = {name: pandas.RangeIndex(size, name=name) for name, size in {
        "scenario": len(case["probability"]), "workload": len(case["ratio"]), "chip": len(case["ratio"][0]),
        "offer": len(case["offers"]), "month": len(case["need"][0][0])}.items()}

    def array(values, *dims):
        return xarray.DataArray(numpy.array(values, dtype=float), coords=[index[dim] for dim in dims])

    probability = array(case["probability"], "scenario")
    ratio = array(case["ratio"], "workload", "chip")
    need = array(case["need"], "scenario", "workload", "month")
    hourly = array(case["hourly_price"], "scenario", "chip", "month")
    unmet_price = array(case["unmet_price"], "workload")
    price = array([offer["price"] for offer in case["offers"]], "offer")
    take = array([offer["min_take"] for offer in case["offers"]], "offer")
    size = array([offer["size"] for offer in case["offers"]], "offer")
    of_chip = array([[float(offer["chip"] == chip) for chip in index["chip"]] for offer in case["offers"]],
                    "offer", "chip")
    months = len(index["month"])

    model = linopy.Model()
    signed = model.add_variables(lower=0, upper=size, coords=[index["offer"]], name="signed")

    def recourse(name, *dims):
        return model.add_variables(lower=0, coords=[index[dim] for dim in dims], name=name)

    use = recourse("use", "scenario", "workload", "chip", "month")
    unmet = recourse("unmet", "scenario", "workload", "month")
    rented = recourse("rented", "scenario", "chip", "month")
    further = recourse("further", "scenario", "offer", "month")
    model.add_constraints((ratio * use).sum("chip") + unmet >= need, name="need")
    model.add_constraints(
        use.sum("workload") - rented - (of_chip * further).sum("offer") - (of_chip * take * signed).sum("offer") <= 0,
        name="chips")
    model.add_constraints(further - (1.0 - take) * signed <= 0, name="take")
    model.add_objective(
        (months * price * take * signed).sum() + (probability * hourly * rented).sum() +
        (probability * unmet_price * unmet).sum() + (probability * price * further).sum())
    return model


def main():
    case = json.load(sys.stdin)
    start = time.perf_counter()
    model = build(case)
    built = time.perf_counter()
    model.solve(solver_name="highs", io_api="direct", log_to_console=False)
    print(json.dumps({"objective": float(model.objective.value), "build_s": built - start,
                      "solve_s": time.perf_counter() - built}))


main()
