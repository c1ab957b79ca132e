"""Times imgconv beside its peers and writes a Markdown table. Called by Benchmarks/run."""
import argparse
import importlib.metadata
import importlib.util
import os
import platform
import subprocess
import sys

import cv2
import pyvips

import engine
import pictures
import processes
from common import Bench, Row, progress, summary


# Of a layer of networks, by the bar that is asked for: deep layers and shallow ones.
LAYER_MOONSHOTS = {0.8: 1.1, 1.2: 2}


def layer_tables(bench):
    """The layers of networks beside ONNX Runtime and OpenVINO, where that module and the command are there."""
    if importlib.util.find_spec("layers") is None:
        bench.skipped.append("layers: Benchmarks/layers.py is not there")
        return [], []
    import layers

    measured = [
        layers.measure(bench.tool, layer, bench.threads)
        for layer in layers.LAYERS[:: 4 if bench.quick else 1]
        if bench.allows(25, f"layer {layer[0]}")
    ]
    rows = [Row(f"layer {row['layer']}", row["ratio"], row["bar"], LAYER_MOONSHOTS[row["bar"]]) for row in measured]
    return layers.table(measured, bench.threads), rows


def environment(bench):
    version = subprocess.run([bench.tool, "--version"], capture_output=True, text=True).stdout.split("\n")
    cpu = next((line.split(":")[1].strip() for line in open("/proc/cpuinfo") if line.startswith("model name")), "?")
    peers = [f"{name} {importlib.metadata.version(name)}" for name in
             ("opencv-python-headless", "pyvips", "pyvips-binary", "onnxruntime", "openvino", "numpy")]
    libvips = ".".join(str(pyvips.version(i)) for i in range(3))
    hyperfine = subprocess.run(["hyperfine", "--version"], capture_output=True, text=True).stdout.strip()

    def seconds_of(module):
        return engine.median_ms(lambda: subprocess.run([sys.executable, "-c", f"import {module}"], check=True), 1) / 1e3

    return [
        f"{cpu}, {len(os.sched_getaffinity(0))} processors; load {os.getloadavg()[0]:.1f} at the start; {platform.platform()}; "
        f"Python {platform.python_version()}; {hyperfine}.",
        "",
        ", ".join(line for line in version if line) + f". Peers: libvips {libvips}, " + ", ".join(peers) + ".",
        "",
        "The whole processes of peers run in Python, whose start is a part of them: "
        f"{seconds_of('pyvips'):.2f} s with pyvips, {seconds_of('cv2'):.2f} s with OpenCV.",
        "",
    ]


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--quick", action="store_true", help="fewer runs, no gigapixel image")
    parser.add_argument("tool")
    parser.add_argument("folder")
    parser.add_argument("results")
    arguments = parser.parse_args()
    os.environ["VIPS_CONCURRENCY"] = "2"
    bench = Bench(arguments.tool, arguments.folder, arguments.quick)
    pictures.make(bench)
    head = environment(bench)
    lines, rows = [], []
    for section in (processes.png_to_png, processes.jpeg_to_png, processes.start_up, processes.batch, engine.tables, engine.scaling,
                    layer_tables, processes.gigapixel):
        if not bench.allows(20, section.__name__):
            continue
        progress(f"{section.__name__} ({bench.left():.0f} s left)")
        more_lines, more_rows = section(bench)
        lines += more_lines
        rows += more_rows
    text = ["# Results", "", "Made by `Benchmarks/run`" + (" `--quick`" if bench.quick else "") + ", everything in one run. "
            "Ratios: how many times the peer's time imgconv's is contained in; larger is better.", "", *head, *summary(rows), *lines]
    if bench.skipped:
        text += ["Left out:", "", *(f"- {reason}" for reason in bench.skipped), ""]
    with open(arguments.results, "w") as file:
        file.write("\n".join(text))
    print("\n".join(text))


if __name__ == "__main__":
    main()
