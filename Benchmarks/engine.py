"""The engine alone: pixels in memory to pixels in memory, beside the same operation of OpenCV and libvips in one warm process."""
import statistics
import time

import cv2
import numpy as np
import pyvips

from common import Row

BARS = {3: (2.5, 5), 5: (2.5, 4), 7: (2, 3), 9: (1.6, 2.5), 11: (1.3, 2), 15: (1.2, 2), 31: (1.2, 2)}
GAUSSIAN_BARS = {1: (1.2, 2), 2: (1.2, 2), 5: (1, 2), 20: (0.8, 2)}


def median_ms(body, seconds=2.0, most=15):
    """The median of several calls after one that does not count."""
    body()
    times = []
    start = time.perf_counter()
    while len(times) < 3 or (time.perf_counter() - start < seconds and len(times) < most):
        begin = time.perf_counter()
        body()
        times.append((time.perf_counter() - begin) * 1e3)
    return statistics.median(times)


# Rounds of a row: everybody in turn, so that a machine that is slow for some seconds is slow for all. Medians over the rounds count.
ROUNDS = 5


def ours_ms(bench, kernel, threads, runs=5):
    """Median and algorithm of `imgconv bench conv`, which verifies first; None where it fails."""
    report = bench.json(
        ["bench", "conv", "--size", "5640x3172", "--channels", "3", "--type", "u8", "--kernel", kernel, "--algorithm", "auto",
         "--threads", str(threads), "--runs", str(runs)], 60)
    return (report["results"][0]["ms_median"], report["results"][0]["algorithm"]) if report else None


def kernels(photo, source):
    """Name, the calls of OpenCV and libvips, bar and moonshot of every row."""
    def conv(weights, scale):
        mask = pyvips.Image.new_from_array(weights, scale=scale)
        return lambda: source.conv(mask, precision="integer").write_to_memory()

    generator = np.random.default_rng(3)
    for side, (bar, moonshot) in BARS.items():
        weights = generator.random((side, side)).astype(np.float32)
        weights /= weights.sum()
        coarse = (weights * 255 / weights.max()).round()
        yield (
            f"random:{side}",
            lambda: cv2.filter2D(photo, -1, weights, borderType=cv2.BORDER_REPLICATE),
            conv(coarse.tolist(), float(coarse.sum())), bar, moonshot,
        )
    for sigma, (bar, moonshot) in GAUSSIAN_BARS.items():
        side = 2 * int(4 * sigma + 0.5) + 1
        yield (
            f"gaussian:{sigma}",
            lambda: cv2.GaussianBlur(photo, (side, side), sigma, borderType=cv2.BORDER_REPLICATE),
            lambda: source.gaussblur(sigma, precision="integer").write_to_memory(), bar, moonshot,
        )
    yield (
        "box:15",
        lambda: cv2.boxFilter(photo, -1, (15, 15), borderType=cv2.BORDER_REPLICATE),
        conv([[1] * 15] * 15, 225), None, None,
    )


def tables(bench):
    photo = cv2.imread(bench.path("photo.png"))
    cv2.setNumThreads(bench.threads)
    pyvips.cache_set_max(0)
    source = pyvips.Image.new_from_memory(photo.tobytes(), photo.shape[1], photo.shape[0], 3, "uchar")
    lines = [
        f"### Engine alone, 5640×3172×3 bytes, {bench.threads} threads: ms from stored pixels to stored pixels",
        "",
        "imgconv is exact; OpenCV works in 32-bit floats; libvips rounds its coefficients to 8 bits and cuts Gaussians off at 1.8 σ (ours: 4 σ).",
        "",
        "| kernel | imgconv | algorithm | OpenCV | libvips | faster peer ÷ imgconv |",
        "|---|---|---|---|---|---|",
    ]
    rows = []
    for name, opencv_call, vips_call, bar, moonshot in kernels(photo, source):
        if not bench.allows(20, f"engine, {name}"):
            continue
        rounds = []
        for _ in range(2 if bench.quick else ROUNDS):
            ours = ours_ms(bench, name, bench.threads)
            if ours:
                rounds.append((ours[0], median_ms(opencv_call, 0.4), median_ms(vips_call, 0.4)))
        if not rounds:
            continue
        ratio = statistics.median(min(opencv, vips) / own for own, opencv, vips in rounds)
        own, opencv, vips = (statistics.median(side) for side in zip(*rounds))
        lines.append(f"| {name} | {own:.1f} | {ours[1]} | {opencv:.1f} | {vips:.1f} | {ratio:.2f} |")
        if bar:
            rows.append(Row(f"engine, u8 {name}", ratio, bar, moonshot))
    return lines + [""], rows


def scaling(bench):
    """Two threads over one, for kernels of every kind: the least of them counts."""
    ratios = {}
    for kernel in ("random:3", "random:7", "random:15", "gaussian:5"):
        if not bench.allows(20, f"two threads over one, {kernel}"):
            continue
        rounds = [[ours_ms(bench, kernel, threads) for threads in (1, 2)] for _ in range(2 if bench.quick else ROUNDS)]
        rounds = [one[0] / two[0] for one, two in rounds if one and two]
        if rounds:
            ratios[kernel] = statistics.median(rounds)
    if not ratios:
        return [], []
    least = min(ratios, key=ratios.get)
    lines = ["Two threads over one: " + ", ".join(f"{kernel} {ratio:.2f}" for kernel, ratio in ratios.items()) + ".", ""]
    return lines, [Row(f"two threads over one, engine, least ({least})", ratios[least], 1.8, 1.95)]
