"""Runs models with imgconv and with ONNX Runtime and compares every value; then times both.

Usage: compare.py IMGCONV MODEL INPUT.npy [--threads N] [--runs N]
An error is max |a - b| / max |b| over the elements of a value, b being ONNX Runtime's.
"""

import argparse
import json
import subprocess
import sys
import tempfile
import time
from pathlib import Path

import numpy as np
import onnx
import onnxruntime


def session(model, threads, optimized):
    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = threads
    options.log_severity_level = 3
    level = onnxruntime.GraphOptimizationLevel
    options.graph_optimization_level = level.ORT_ENABLE_ALL if optimized else level.ORT_DISABLE_ALL
    return onnxruntime.InferenceSession(model.SerializeToString(), options, providers=["CPUExecutionProvider"])


def every_value(model, array, threads):
    """All results of all nodes, as ONNX Runtime computes them one by one."""
    shown = onnx.ModelProto()
    shown.CopyFrom(model)
    known = {output.name for output in shown.graph.output}
    for node in shown.graph.node:
        for name in node.output:
            if name and name not in known and node.op_type != "Constant":
                shown.graph.output.append(onnx.ValueInfoProto(name=name))
                known.add(name)
    running = session(shown, threads, optimized=False)
    names = [output.name for output in running.get_outputs()]
    return dict(zip(names, running.run(names, {running.get_inputs()[0].name: array})))


def compare(imgconv, model_path, array_path, threads):
    model, array = onnx.load(model_path), np.load(array_path)
    expected = every_value(model, array, threads)
    with tempfile.TemporaryDirectory() as folder:
        subprocess.run(
            [imgconv, "run", model_path, array_path, "--out", folder, "--npy", "--no-maps", "--threads", str(threads)],
            check=True)
        layers = json.loads((Path(folder) / "layers.json").read_text())["layers"]
        errors = []
        for layer in layers:
            ours, theirs = np.load(Path(folder) / layer["array"]), expected[layer["value"]]
            if ours.shape != theirs.shape:
                errors.append((np.inf, layer, f"{ours.shape} for {theirs.shape}"))
                continue
            largest = np.abs(theirs.astype(np.float64)).max(initial=0)
            difference = np.abs(ours.astype(np.float64) - theirs).max(initial=0)
            errors.append((difference / largest if largest > 0 else difference, layer, str(ours.shape)))
    missing = {name for node in model.graph.node if node.op_type != "Constant" for name in node.output if name}
    missing -= {layer["value"] for layer in layers}
    return errors, missing


def timed(imgconv, model_path, array_path, threads, runs):
    """The best time of each, in milliseconds, without loading."""
    model, array = onnx.load(model_path), np.load(array_path)
    running = session(model, threads, optimized=True)
    name = running.get_inputs()[0].name
    running.run(None, {name: array})
    theirs = []
    for _ in range(runs):
        start = time.perf_counter()
        running.run(None, {name: array})
        theirs.append(1000 * (time.perf_counter() - start))
    report = subprocess.run(
        [imgconv, "bench", "network", model_path, array_path, "--threads", str(threads), "--runs", str(runs), "--json"],
        check=True, capture_output=True, text=True)
    return json.loads(report.stdout)["results"][0]["ms_min"], min(theirs)


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("imgconv")
    parser.add_argument("model")
    parser.add_argument("array")
    parser.add_argument("--threads", type=int, default=2)
    parser.add_argument("--runs", type=int, default=10)
    parser.add_argument("--limit", type=float, default=1e-4)
    parser.add_argument("--worst", type=int, default=3)
    options = parser.parse_args()
    errors, missing = compare(options.imgconv, options.model, options.array, options.threads)
    errors.sort(key=lambda entry: -entry[0])
    for error, layer, shape in errors[: options.worst]:
        print(f"  {error:.1e}  {layer['operation']} {layer['name']} {shape}")
    failed = [entry for entry in errors if not entry[0] <= options.limit]
    ours, theirs = timed(options.imgconv, options.model, options.array, options.threads, options.runs) if options.runs else (0, 1)
    print(
        f"{Path(options.model).name}: {len(errors)} values, largest error {errors[0][0]:.1e}, {len(failed)} beyond "
        f"{options.limit:g}, {len(missing)} not computed; imgconv {ours:.1f} ms, ONNX Runtime {theirs:.1f} ms, "
        f"ratio {ours / theirs:.2f}")
    sys.exit(1 if failed or missing else 0)


main()
