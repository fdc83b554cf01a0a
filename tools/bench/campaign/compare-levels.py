#!/usr/bin/env python3
"""Compares a run with the plan of tools/bench/campaign/levels."""
import csv, json, sys

scenario, history, counts = sys.argv[1:4]
plans = {
    "levels": [(0, 10, 0, 100), (10, 20, 100, 100), (20, 30, 100, 400), (30, 40, 400, 400), (40, 45, 600, 600),
               (45, 50, 600, 200), (50, 60, 200, 200)],
    "arrivals": [(0, 10, 0, 50), (10, 20, 50, 50), (20, 25, 50, 200), (25, 35, 200, 200), (35, 45, 20, 20)],
}


def level(at):
    for begin, end, low, high in plans[scenario]:
        if begin <= at < end:
            return low + (high - low) * (at - begin) / (end - begin)
    return 0


worst, rows = 0.0, 0
if scenario == "levels":
    with open(history) as file:
        table = list(csv.DictReader(file))
    first = int(table[0]["Timestamp"])
    for row in table:
        # The count is that of the second's end.
        at = int(row["Timestamp"]) - first + 1
        plan = level(at - 1e-6)
        if plan < 50 or at in (40, 45):
            continue
        off = (int(row["User Count"]) - plan) / plan
        worst, rows = max(worst, abs(off)), rows + 1
        if abs(off) > 0.01:
            print(f"  at {at} s: {row['User Count']} sessions, planned {plan:.0f} ({off:+.1%})")
    print(f"levels: {rows} seconds, at most {worst:.2%} from the plan")
else:
    seen = json.load(open(counts))["arrivals"]
    total = 0
    for second, count in enumerate(seen):
        plan = (level(second) + level(second + 1 - 1e-9)) / 2
        total += count
        if plan >= 20:
            worst, rows = max(worst, abs(count - plan) / plan), rows + 1
    planned = sum((end - begin) * (low + high) / 2 for begin, end, low, high in plans[scenario])
    print(f"arrivals: {total} of {planned:.0f} planned by the service's count; each second at most {worst:.2%} off ({rows} seconds)")
