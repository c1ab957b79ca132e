"""Plots time against pixels, kernel size and threads: Benchmarks/scaling.png. Run by the Python of Benchmarks/run:

    .build/benchmarks/peers/bin/python Benchmarks/plots.py .build/release/imgconv
"""
import json
import os
import subprocess
import sys

import matplotlib

matplotlib.use("Agg")
import matplotlib.pyplot as plt

TOOL = sys.argv[1]
OUTPUT = os.path.join(os.path.dirname(os.path.abspath(__file__)), "scaling.png")


def milliseconds(size, kernel, threads):
    """The fastest of some runs: what the machine does besides only adds."""
    command = [TOOL, "bench", "conv", "--size", f"{size[0]}x{size[1]}", "--kernel", kernel, "--algorithm", "auto",
               "--threads", str(threads), "--runs", "5", "--json"]
    done = subprocess.run(["timeout", "60", *command], check=True, capture_output=True, text=True)
    return json.loads(done.stdout)["results"][0]["ms_min"]


def against_pixels(axis):
    sizes = [(640, 360), (1280, 720), (1920, 1080), (2560, 1440), (3840, 2160), (5640, 3172)]
    megapixels = [width * height / 1e6 for width, height in sizes]
    for kernel in ("random:3", "random:7", "gaussian:5"):
        axis.plot(megapixels, [milliseconds(size, kernel, 2) for size in sizes], "o-", label=kernel)
    axis.set(title="pixels (2 threads)", xlabel="megapixels", ylabel="ms", xscale="log", yscale="log")
    # A line of slope 1: cost in proportion to the pixels.
    axis.axline((megapixels[0], 1), (megapixels[-1], megapixels[-1] / megapixels[0]), color="grey", ls=":", label="proportional")


def against_kernel_size(axis):
    sides = [3, 5, 7, 9, 11, 15, 19, 25, 31]
    axis.plot(sides, [milliseconds((1920, 1080), f"random:{side}", 2) for side in sides], "o-", label="K×K, full rank")
    axis.plot(sides, [milliseconds((1920, 1080), f"box:{side}", 2) for side in sides], "o-", label="box K")
    sigmas = [(side - 1) / 8 for side in sides]
    axis.plot(sides, [milliseconds((1920, 1080), f"gaussian:{sigma}", 2) for sigma in sigmas], "o-", label="Gaussian of K taps")
    axis.set(title="kernel size (1920×1080, 2 threads)", xlabel="K", ylabel="ms", yscale="log")


def against_threads(axis):
    counts = range(1, max(2, len(os.sched_getaffinity(0))) + 1)
    for kernel in ("random:3", "random:7", "random:15", "gaussian:5"):
        times = [milliseconds((5640, 3172), kernel, count) for count in counts]
        axis.plot(counts, [times[0] / time for time in times], "o-", label=kernel)
    axis.plot(counts, counts, ":", color="grey", label="proportional")
    axis.set(title="threads (5640×3172)", xlabel="threads", ylabel="times as fast as one", xticks=list(counts))


def main():
    figure, axes = plt.subplots(1, 3, figsize=(15, 4.5), constrained_layout=True)
    for axis, draw in zip(axes, (against_pixels, against_kernel_size, against_threads)):
        draw(axis)
        axis.grid(alpha=0.3)
        axis.legend()
    figure.savefig(OUTPUT, dpi=100)
    print(OUTPUT)


if __name__ == "__main__":
    main()
