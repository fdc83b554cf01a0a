#!/usr/bin/env python3
"""The most sessions at which a service with PERMITS slots of MS milliseconds stays below a p95, by simulation.

    truth.py PERMITS MS THINK_FROM THINK_TO P95_MS
"""
import heapq, random, sys

permits, service, low, high, limit = int(sys.argv[1]), *map(float, sys.argv[2:6])


def p95(sessions, seconds=300_000.0):
    """p95 of the answer times, in milliseconds, of sessions that pause between requests."""
    rng = random.Random(sessions)
    ready = [(rng.uniform(0, high), number) for number in range(sessions)]
    heapq.heapify(ready)
    free = [0.0] * permits
    times = []
    while ready:
        at, number = heapq.heappop(ready)
        if at > seconds:
            break
        begin = max(at, heapq.heappop(free))
        end = begin + service
        heapq.heappush(free, end)
        if at > seconds / 10:
            times.append(end - at)
        heapq.heappush(ready, (end + rng.uniform(low, high), number))
    times.sort()
    return times[int(0.95 * len(times))]


good, bad = 1, 1
while p95(bad) < limit:
    good, bad = bad, bad * 2
while bad - good > 1:
    middle = (good + bad) // 2
    if p95(middle) < limit:
        good = middle
    else:
        bad = middle
print(good)
