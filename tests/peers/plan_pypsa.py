"""Solves the case of plan_cases.py that stands on standard input as a PyPSA network with scenarios, and
prints cost and seconds as JSON: a chip is a bus, work is a load, an offer a generator that may be built.
Only offers that are due in full: a generator has no minimum payment for use. Runs in the environment of
`make peers`."""

import json
import sys
import time

import pandas
import pypsa

AMPLE = 1e5


def build(case):
    months = range(len(case["need"][0][0]))
    scenarios = {f"s{s}": probability for s, probability in enumerate(case["probability"])}
    network = pypsa.Network()
    network.set_snapshots(list(months))
    chips = range(len(case["ratio"][0]))
    for chip in chips:
        network.add("Bus", f"chip{chip}")
        network.add("Generator", f"hourly{chip}", bus=f"chip{chip}", p_nom=AMPLE)
    for work, ratios in enumerate(case["ratio"]):
        network.add("Bus", f"work{work}")
        network.add("Load", f"need{work}", bus=f"work{work}")
        network.add("Generator", f"unmet{work}", bus=f"work{work}", p_nom=AMPLE,
                    marginal_cost=case["unmet_price"][work])
        for chip in chips:
            network.add("Link", f"use{work}on{chip}", bus0=f"chip{chip}", bus1=f"work{work}", p_nom=AMPLE,
                        efficiency=ratios[chip])
    for k, offer in enumerate(case["offers"]):
        network.add("Generator", f"offer{k}", bus=f"chip{offer['chip']}", p_nom_extendable=True,
                    p_nom_max=offer["size"], capital_cost=offer["price"] * len(months))
    network.set_scenarios(scenarios)
    need, price = {}, {}
    for s, scenario in enumerate(scenarios):
        for work in range(len(case["ratio"])):
            need[scenario, f"need{work}"] = case["need"][s][work]
        for chip in chips:
            price[scenario, f"hourly{chip}"] = case["hourly_price"][s][chip]

    def table(columns):
        frame = pandas.DataFrame(columns, index=network.snapshots)
        frame.columns = pandas.MultiIndex.from_tuples(columns, names=["scenario", "name"])
        return frame

    network.loads_t.p_set = table(need)
    network.generators_t.marginal_cost = table(price)
    return network


def main():
    case = json.load(sys.stdin)
    if any(offer["min_take"] < 1.0 for offer in case["offers"]):
        sys.exit("plan_pypsa: offers of which a part need not be taken cannot be stated")
    start = time.perf_counter()
    network = build(case)
    network.optimize.create_model()
    built = time.perf_counter()
    network.optimize.solve_model(solver_name="highs", log_to_console=False)
    print(json.dumps({"objective": float(network.objective), "build_s": built - start,
                      "solve_s": time.perf_counter() - built}))


main()
