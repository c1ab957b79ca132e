#!/usr/bin/env python3
"""Times the ways from pixels to pixels against kernel size, for each instruction set, and says where one overtakes another.

    Benchmarks/crossovers.py BINARY [OUTPUT.md]

One thread, 8-bit RGB. The costs in Sources/Convolution/Planner/CostModel.swift are fitted to this table: they are nanoseconds a sample
of the fastest instruction set, and only their order counts.
"""

import json
import os
import subprocess
import sys

SIZE = (2048, 1024)
LEVELS = ["v4", "v3", "scalar"]
SIDES = (3, 5, 7, 9, 11, 13, 15, 17, 23, 31)
ROWS = [
    ("direct", [f"random:{side}" for side in SIDES]),
    ("separable", [f"gaussian:{sigma}" for sigma in (0.5, 1, 2, 5, 10, 20)]),
    ("box", [f"box:{side}" for side in (3, 5, 9, 15, 31, 63)]),
    ("fft", [f"random:{side}" for side in (*SIDES[1:], 63, 101)]),
]


def measure(binary, algorithm, kernel, level):
    """Nanoseconds a sample, or None where this build or kernel has no such way."""
    run = subprocess.run(
        [binary, "bench", "conv", "--size", f"{SIZE[0]}x{SIZE[1]}", "--channels", "3", "--type", "u8", "--kernel", kernel,
         "--algorithm", algorithm, "--threads", "1", "--runs", "5", "--json"],
        capture_output=True, text=True, timeout=120, env={**os.environ, "IMGCONV_ISA": level})
    if run.returncode != 0:
        return None
    result = json.loads(run.stdout)["results"][0]
    return result["ms_min"] * 1e6 / (SIZE[0] * SIZE[1] * 3)


def crossing(times, level):
    """The first side from which on transforms win."""
    won = [side for side in SIDES[1:] if times["fft", f"random:{side}"][level] < times["direct", f"random:{side}"][level]]
    lost = [side for side in SIDES[1:] if side not in won]
    first = next((side for side in won if not lost or side > max(lost)), None)
    return f"{first}×{first}" if first else "none"


def main():
    binary = sys.argv[1]
    times = {}
    lines = ["# Nanoseconds a sample on one thread", "", f"Made by `Benchmarks/crossovers.py`: {SIZE[0]}×{SIZE[1]} RGB of 8 bits, "
             "pixels to pixels, the fastest of 5 runs.", "",
             "| algorithm | kernel | " + " | ".join(LEVELS) + " |", "|---|---|" + "---|" * len(LEVELS)]
    for algorithm, kernels in ROWS:
        for kernel in kernels:
            row = [measure(binary, algorithm, kernel, level) for level in LEVELS]
            times[algorithm, kernel] = row
            cells = " | ".join("–" if time is None else f"{time:.2f}" for time in row)
            lines.append(f"| {algorithm} | {kernel} | {cells} |")
            print(lines[-1], file=sys.stderr, flush=True)
    lines += ["", "Of full kernels the smallest that transforms take less time for: "
              + ", ".join(f"{level} {crossing(times, index)}" for index, level in enumerate(LEVELS)) + "."]
    text = "\n".join(lines) + "\n"
    if len(sys.argv) > 2:
        with open(sys.argv[2], "w", encoding="utf-8") as file:
            file.write(text)
    else:
        print(text)


if __name__ == "__main__":
    main()
