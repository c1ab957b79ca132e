"""Whole processes side by side, timed by hyperfine: start, decoding, filtering, encoding and writing, as a user waits for them."""
import json
import os
import shlex
import sys

import pictures
from common import Row

SHARPEN = "[[0,-1,0],[-1,5,-1],[0,-1,0]]"
MIB = 1024


def python(code):
    return shlex.join([sys.executable, "-c", code])


def peak_memory(bench, command, seconds=60):
    """The largest resident set of a command, in MB; None where it fails."""
    done = bench.run(["/usr/bin/time", "-f", "%M", *shlex.split(command)], seconds)
    return int(done.stderr.strip().splitlines()[-1]) / MIB if done else None


def medians(bench, commands, runs, prepare=None):
    """The median seconds of each command, all in one run of hyperfine; None where that fails."""
    report = bench.path("hyperfine.json")
    arguments = ["hyperfine", "-N", "--warmup", "1", "--runs", str(3 if bench.quick else runs), "--export-json", report]
    if prepare:
        arguments += ["--prepare", prepare]
    if not bench.run(arguments + list(commands), 120):
        return None
    with open(report) as file:
        return [result["median"] for result in json.load(file)["results"]]


def table(bench, title, commands, runs=9):
    """Lines of a table and the figures of each row, by name: seconds, bytes of the file, MB of memory."""
    seconds = medians(bench, [command for _, command, _ in commands], runs)
    if seconds is None:
        return [], {}
    figures = {}
    lines = [f"### {title}", "", "| | median s | ÷ imgconv | file MB | peak memory MB |", "|---|---|---|---|---|"]
    for (name, command, output), median in zip(commands, seconds):
        memory = peak_memory(bench, command) or 0
        size = os.path.getsize(bench.path(output))
        figures[name] = (median, size, memory)
        lines.append(f"| {name} | {median:.3f} | {median / seconds[0]:.2f} | {size / 1e6:.1f} | {memory:.0f} |")
    return lines + [""], figures


def apply(bench, kernel, source, target, *flags):
    return shlex.join([bench.tool, "apply", kernel, bench.path(source), bench.path(target), "--quiet", *flags])


def vips(bench, operation, source, target, level):
    return python(
        f"import pyvips; im=pyvips.Image.new_from_file({bench.path(source)!r},access='sequential');"
        f"im.{operation}.write_to_file({bench.path(target)!r},compression={level})"
    )


def opencv(bench, operation, source, target):
    return python(
        "import cv2, numpy as np; cv2.setNumThreads(2); border=cv2.BORDER_REPLICATE;"
        f"im=cv2.imread({bench.path(source)!r});cv2.imwrite({bench.path(target)!r},{operation})"
    )


def png_to_png(bench):
    conv = f"conv(pyvips.Image.new_from_array({SHARPEN}),precision='integer')"
    lines, figures = table(
        bench,
        "17.9 MP PNG → 3×3 sharpen → PNG, whole process",
        [
            ("imgconv --compression fast", apply(bench, "sharpen", "photo.png", "o1.png", "--compression", "fast"), "o1.png"),
            ("imgconv", apply(bench, "sharpen", "photo.png", "o2.png"), "o2.png"),
            ("libvips, level 1", vips(bench, conv, "photo.png", "o3.png", 1), "o3.png"),
            ("libvips, level 6", vips(bench, conv, "photo.png", "o4.png", 6), "o4.png"),
            ("OpenCV", opencv(bench, f"cv2.filter2D(im,-1,np.array({SHARPEN},np.float32),borderType=border)", "photo.png", "o5.png"), "o5.png"),
        ],
    )
    if not figures:
        return lines, []
    fast, usual, level1, level6, peer = figures.values()
    rows = [
        Row("PNG → 3×3 → PNG against OpenCV", peer[0] / fast[0], 3, 4.5),
        Row("… by default", peer[0] / usual[0], 3, 4.5),
        Row("PNG → 3×3 → PNG against libvips at level 1", level1[0] / fast[0], 2, 2.7),
        Row("… by default", level1[0] / usual[0], 2, 2.7),
        Row("its file over the smaller of OpenCV's and libvips' at level 1", fast[1] / min(peer[1], level1[1]), 1, 1, "of it"),
        Row("… by default over libvips' at level 6", usual[1] / level6[1], 1.03, 1, "of it"),
        Row("peak memory, 17.9 MP PNG → PNG", max(fast[2], usual[2]), 48, 32, "MB"),
    ]
    return lines, rows


def jpeg_to_png(bench):
    lines, figures = table(
        bench,
        "16 MB JPEG of 17.9 MP → Gaussian σ = 5 → PNG, whole process",
        [
            ("imgconv --compression fast", apply(bench, "gaussian:5", "photo.jpg", "o1.png", "--compression", "fast"), "o1.png"),
            ("imgconv", apply(bench, "gaussian:5", "photo.jpg", "o2.png"), "o2.png"),
            ("libvips, level 1 (cut off at 1.8 σ)", vips(bench, "gaussblur(5,precision='integer')", "photo.jpg", "o3.png", 1), "o3.png"),
            ("OpenCV", opencv(bench, "cv2.GaussianBlur(im,(41,41),5,borderType=border)", "photo.jpg", "o4.png"), "o4.png"),
        ],
    )
    if not figures:
        return lines, []
    fast, usual, level1, _ = figures.values()
    return lines, [
        Row("16 MB JPEG → σ = 5 → PNG against libvips at level 1", level1[0] / fast[0], 1.6, 2.1),
        Row("… by default", level1[0] / usual[0], 1.6, 2.1),
    ]


def start_up(bench):
    seconds = medians(bench, [f"{bench.tool} --version", apply(bench, "sharpen", "small.png", "o1.png")], runs=40)
    if not seconds:
        return [], []
    version, small = (value * 1e3 for value in seconds)
    return [], [Row("imgconv --version", version, 10, 5, "ms"), Row("600×400 PNG through apply", small, 40, 40, "ms")]


def batch(bench):
    """136 JPEGs of 0.2 MP to PNG; OpenCV in two processes that share one start of Python."""
    commands = bench.run([bench.tool, "--help"], 5)
    if not commands or " batch" not in commands.stdout:
        bench.skipped.append("batch: this imgconv has no such command")
        return [], []
    target = bench.path("batch-out")
    code = (
        "import cv2, glob, os, numpy as np; cv2.setNumThreads(1); first = os.fork() > 0;"
        f"kernel = np.array({SHARPEN}, np.float32); files = sorted(glob.glob({bench.path('batch/*.jpg')!r}));"
        f"os.makedirs({target!r}, exist_ok=True);\n"
        "for name in files[first::2]:\n"
        "  result = cv2.filter2D(cv2.imread(name), -1, kernel, borderType=cv2.BORDER_REPLICATE)\n"
        f"  cv2.imwrite({target!r} + '/' + os.path.basename(name)[:-4] + '.png', result)\n"
        "if first: os.wait()"
    )
    ours = shlex.join([bench.tool, "batch", "sharpen", bench.path("batch"), "--out", target])
    seconds = medians(bench, [ours, python(code)], runs=7, prepare=f"rm -rf {shlex.quote(target)}")
    if not seconds:
        return [], []
    lines = [
        f"### {pictures.SMALL_PHOTOS} JPEGs of 0.2 MP → 3×3 sharpen → PNG", "", "| | median s |", "|---|---|",
        f"| imgconv batch | {seconds[0]:.3f} |", f"| OpenCV, 2 processes | {seconds[1]:.3f} |", "",
    ]
    return lines, [Row(f"{pictures.SMALL_PHOTOS} JPEGs of 0.2 MP against OpenCV with 2 processes", seconds[1] / seconds[0], 2, 2.5)]


def gigapixel(bench):
    if bench.quick or not bench.allows(150, "the gigapixel image"):
        return [], []
    pictures.make_gigapixel(bench)
    rows = []
    for kernel, name in (("sharpen", "3×3"), ("gaussian:12.5", "Gaussian of 101×101")):
        command = apply(bench, kernel, "giga.png", "o1.png", "--max-pixels", str(pictures.GIGAPIXEL_SIDE**2), "--compression", "fast")
        memory = bench.allows(60, f"a gigapixel through {name}") and peak_memory(bench, command, seconds=120)
        if memory:
            rows.append(Row(f"peak memory, gigapixel RGB PNG, {name}", memory, 128, 64, "MB"))
    os.remove(bench.path("o1.png")) if os.path.exists(bench.path("o1.png")) else None
    return [], rows
