"""Times layers of networks beside ONNX Runtime and OpenVINO, in one run, and prints a Markdown table.

    python Benchmarks/layers.py BINARY [--threads N]      needs numpy, onnx, onnxruntime and openvino

All compute in 32-bit floats with packed weights, and write to memory that is there. Rounds alternate between the programs, so that a busy
moment meets all of them; the fastest round of each counts.
"""
import argparse
import json
import subprocess
import time

import numpy as np
import onnx
import onnxruntime
import openvino
from onnx import TensorProto, helper

# Name, input, weight, stride, padding, and the ratio to the better peer that is asked for.
LAYERS = [
    ("3→64 7×7/2 at 224²", (3, 224, 224), (64, 3, 7, 7), 2, 3, 1.2),
    ("3→64 7×7/2 at 1920×1080", (3, 1080, 1920), (64, 3, 7, 7), 2, 3, 1.2),
    ("64→64 3×3 at 56²", (64, 56, 56), (64, 64, 3, 3), 1, 1, 0.8),
    ("64→64 3×3 at 480×270", (64, 270, 480), (64, 64, 3, 3), 1, 1, 0.8),
    ("128→128 3×3 at 28²", (128, 28, 28), (128, 128, 3, 3), 1, 1, 0.8),
    ("64→256 1×1 at 56²", (64, 56, 56), (256, 64, 1, 1), 1, 0, 0.8),
    ("3→8 3×3 at 3840×2160", (3, 2160, 3840), (8, 3, 3, 3), 1, 1, 1.2),
    ("1→1 3×3 at 3840×2160", (1, 2160, 3840), (1, 1, 3, 3), 1, 1, 1.2),
    ("3→64 3×3 at 224²", (3, 224, 224), (64, 3, 3, 3), 1, 1, 1.2),
]
ROUNDS = 5
SECONDS = 0.4


def output_shape(input_shape, weight, stride, padding):
    extents = [(n + 2 * padding - k) // stride + 1 for n, k in zip(input_shape[1:], weight[2:])]
    return (weight[0], *extents)


def model(input_shape, weight, stride, padding):
    """The layer as an ONNX model."""
    generator = np.random.default_rng(1)
    w = generator.uniform(-1, 1, weight).astype(np.float32)
    b = generator.uniform(-1, 1, weight[0]).astype(np.float32)
    node = helper.make_node(
        "Conv", ["x", "w", "b"], ["y"], kernel_shape=weight[2:], strides=[stride] * 2, pads=[padding] * 4
    )
    graph = helper.make_graph(
        [node],
        "layer",
        [helper.make_tensor_value_info("x", TensorProto.FLOAT, [1, *input_shape])],
        [helper.make_tensor_value_info("y", TensorProto.FLOAT, [1, *output_shape(input_shape, weight, stride, padding)])],
        [onnx.numpy_helper.from_array(w, "w"), onnx.numpy_helper.from_array(b, "b")],
    )
    made = helper.make_model(graph, opset_imports=[helper.make_opsetid("", 17)])
    made.ir_version = 9
    return made.SerializeToString()


def onnx_runtime(source, x, y, threads):
    """A function that runs the layer once in ONNX Runtime."""
    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = threads
    session = onnxruntime.InferenceSession(source, options, providers=["CPUExecutionProvider"])
    binding = session.io_binding()
    for bind, name, array in ((binding.bind_input, "x", x), (binding.bind_output, "y", y)):
        bind(name, "cpu", 0, np.float32, array.shape, array.ctypes.data)
    return lambda: session.run_with_iobinding(binding)


def open_vino(source, x, y, threads):
    """A function that runs the layer once in OpenVINO, in 32-bit floats."""
    core = openvino.Core()
    settings = {
        "INFERENCE_NUM_THREADS": threads,
        "INFERENCE_PRECISION_HINT": "f32",
        "PERFORMANCE_HINT": "LATENCY",
        "NUM_STREAMS": 1,
    }
    request = core.compile_model(core.read_model(source), "CPU", settings).create_infer_request()
    request.set_input_tensor(openvino.Tensor(x, shared_memory=True))
    request.set_output_tensor(openvino.Tensor(y, shared_memory=True))
    return request.infer


def fastest_ms(body):
    body()
    best, start = float("inf"), time.perf_counter()
    while time.perf_counter() - start < SECONDS:
        begin = time.perf_counter()
        body()
        best = min(best, time.perf_counter() - begin)
    return best * 1e3


def ours(tool, input_shape, weight, stride, padding, threads, runs):
    """What `imgconv bench layer` says; it ends with an error where the sums are not those of the reference."""
    words = ["x".join(map(str, shape)) for shape in (input_shape, weight)]
    command = [tool, "bench", "layer", "--input", words[0], "--weight", words[1], "--stride", str(stride)]
    command += ["--padding", str(padding), "--threads", str(threads), "--runs", str(runs), "--json"]
    return json.loads(subprocess.run(command, check=True, capture_output=True, text=True).stdout)["results"][0]


def measure(tool, layer, threads):
    """One row: the billions of operations in a second of each program, and the ratio to the better peer."""
    name, input_shape, weight, stride, padding, bar = layer
    shape = output_shape(input_shape, weight, stride, padding)
    operations = 2 * np.prod(shape) * np.prod(weight[1:])
    x = np.random.default_rng(2).uniform(-1, 1, (1, *input_shape)).astype(np.float32)
    y = [np.zeros((1, *shape), np.float32) for _ in range(2)]
    source = model(input_shape, weight, stride, padding)
    peers = [onnx_runtime(source, x, y[0], threads), open_vino(source, x, y[1], threads)]
    best = [float("inf")] * 3
    runs, algorithm = 7, ""
    for _ in range(ROUNDS):
        result = ours(tool, input_shape, weight, stride, padding, threads, runs)
        algorithm = result["algorithm"]
        runs = max(7, min(1000, int(SECONDS * 1e3 / result["ms_median"])))
        for index, milliseconds in enumerate([result["ms_min"]] + [fastest_ms(peer) for peer in peers]):
            best[index] = min(best[index], milliseconds)
    assert np.allclose(y[0], y[1], atol=1e-3), f"the peers disagree on {name}"
    speeds = [operations / milliseconds / 1e6 for milliseconds in best]
    return {
        "layer": name,
        "algorithm": algorithm,
        "imgconv": speeds[0],
        "onnxruntime": speeds[1],
        "openvino": speeds[2],
        "ratio": speeds[0] / max(speeds[1:]),
        "bar": bar,
    }


def rows(tool, threads=2):
    """The rows of all layers."""
    return [measure(tool, layer, threads) for layer in LAYERS]


def table(rows, threads):
    """The rows as lines of Markdown."""
    versions = f"ONNX Runtime {onnxruntime.__version__}, OpenVINO {openvino.__version__.split('-')[0]}"
    lines = [
        f"### Layers of networks, 32-bit floats, {threads} threads: GFLOP/s as the direct sum counts them",
        "",
        f"{versions}. Weights are packed before, results go to memory that is there; the fastest of {ROUNDS} alternating rounds counts.",
        "",
        "| layer | imgconv | algorithm | ONNX Runtime | OpenVINO | ratio to the better | asked for |",
        "|---|---|---|---|---|---|---|",
    ]
    for row in rows:
        lines.append(
            f"| {row['layer']} | {row['imgconv']:.0f} | {row['algorithm']} | {row['onnxruntime']:.0f} | {row['openvino']:.0f} "
            f"| {row['ratio']:.2f} | {row['bar']} |"
        )
    return lines + [""]


def main():
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("binary", help="the imgconv to be measured")
    parser.add_argument("--threads", type=int, default=2)
    options = parser.parse_args()
    print("\n".join(table(rows(options.binary, options.threads), options.threads)))


if __name__ == "__main__":
    main()
