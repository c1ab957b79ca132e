"""Records what ONNX Runtime gives for single operators: python3 record.py (with onnx and onnxruntime) writes operators.json.

Every case is one node on small made-up numbers; the test replays it and compares every element.
"""

import json
from pathlib import Path

import numpy as np
import onnxruntime
from onnx import TensorProto, helper

numbers = np.random.default_rng(7)


def floats(*shape):
    return numbers.uniform(-2, 2, shape).astype(np.float32)


def whole(values):
    return np.array(values, dtype=np.int64)


X = floats(1, 2, 5, 6)
CASES = [
    ("Conv", 11, {"pads": [1, 0, 2, 1], "strides": [2, 1], "dilations": [1, 2]}, [X, floats(3, 2, 3, 2), floats(3)]),
    ("Conv", 11, {"group": 2, "auto_pad": "SAME_UPPER", "strides": [2, 2]}, [X, floats(4, 1, 3, 3)]),
    ("Conv", 11, {"group": 8, "pads": [2, 2, 2, 2]}, [floats(2, 8, 9, 11), floats(8, 1, 5, 5), floats(8)]),
    ("Conv", 11, {"group": 4, "pads": [1, 1, 1, 1], "strides": [2, 1]}, [floats(1, 4, 9, 40), floats(8, 1, 3, 3)]),
    ("Conv", 11, {"pads": [1, 1]}, [floats(1, 2, 7), floats(2, 2, 3)]),
    ("ConvTranspose", 11, {"strides": [2, 2], "pads": [0, 1, 1, 0], "output_padding": [1, 0]}, [floats(1, 3, 2, 3), floats(3, 2, 3, 2), floats(2)]),
    ("MaxPool", 12, {"kernel_shape": [3, 2], "strides": [2, 2], "pads": [1, 0, 1, 1], "ceil_mode": 1}, [X]),
    ("AveragePool", 11, {"kernel_shape": [3, 3], "strides": [2, 2], "pads": [1, 1, 1, 1]}, [X]),
    ("AveragePool", 11, {"kernel_shape": [3, 3], "pads": [1, 1, 1, 1], "count_include_pad": 1}, [X]),
    ("LpPool", 11, {"kernel_shape": [2, 2], "p": 2}, [X]),
    ("GlobalAveragePool", 11, {}, [X]),
    ("GlobalMaxPool", 11, {}, [X]),
    ("BatchNormalization", 9, {"epsilon": 0.01}, [X, floats(2), floats(2), floats(2), floats(2) ** 2]),
    ("InstanceNormalization", 11, {}, [X, floats(2), floats(2)]),
    ("LayerNormalization", 17, {"axis": -1}, [X, floats(6), floats(6)]),
    ("LayerNormalization", 17, {"axis": 2}, [X, floats(5, 6)]),
    ("Softmax", 11, {"axis": 2}, [X]),
    ("Softmax", 13, {"axis": 1}, [X]),
    ("LogSoftmax", 13, {"axis": -1}, [X]),
    ("Gemm", 11, {"alpha": 0.5, "beta": 2.0, "transA": 1, "transB": 1}, [floats(3, 2), floats(4, 3), floats(4)]),
    ("Gemm", 11, {}, [floats(2, 3), floats(3, 4)]),
    ("MatMul", 13, {}, [floats(2, 3, 4), floats(4, 5)]),
    ("MatMul", 13, {}, [floats(2, 1, 3, 4), floats(3, 4, 2)]),
    ("MatMul", 13, {}, [floats(4), floats(2, 4, 3)]),
    ("MatMul", 13, {}, [floats(2, 3, 4), floats(4)]),
    ("Relu", 13, {}, [X]),
    ("LeakyRelu", 11, {"alpha": 0.2}, [X]),
    ("PRelu", 11, {}, [X, floats(2, 1, 1)]),
    ("Clip", 6, {"min": -0.5, "max": 1.0}, [X]),
    ("Clip", 11, {}, [X, np.float32(-1), np.float32(0.25)]),
    ("HardSigmoid", 11, {"alpha": 0.4, "beta": 0.3}, [X]),
    ("HardSwish", 14, {}, [X]),
    ("Sigmoid", 13, {}, [10 * X]),
    ("Tanh", 13, {}, [X * np.float32(0.5) ** numbers.integers(0, 12, X.shape).astype(np.float32)]),
    ("Exp", 13, {}, [10 * X]),
    ("Log", 13, {}, [np.abs(X)]),
    ("Erf", 13, {}, [X]),
    ("Gelu", 20, {}, [X]),
    ("Gelu", 20, {"approximate": "tanh"}, [X]),
    ("Elu", 11, {"alpha": 0.7}, [X]),
    ("Selu", 11, {}, [X]),
    ("Softplus", 11, {}, [X]),
    ("Mish", 18, {}, [X]),
    ("Round", 11, {}, [np.array([-2.5, -1.5, -0.5, 0.5, 1.5, 2.4], np.float32)]),
    ("Add", 13, {}, [X, floats(2, 1, 1)]),
    ("Sub", 13, {}, [X, floats(5, 6)]),
    ("Mul", 13, {}, [X, floats(1, 1, 5, 1)]),
    ("Div", 13, {}, [floats(5, 1), floats(1, 6)]),
    ("Pow", 13, {}, [np.abs(X), np.float32(1.7)]),
    ("Max", 13, {}, [floats(2, 3), floats(3), floats(2, 1)]),
    ("Mean", 13, {}, [floats(2, 3), floats(3), floats(2, 1)]),
    ("Sum", 13, {}, [floats(2, 3)]),
    ("ReduceMean", 13, {"axes": [1, -1], "keepdims": 0}, [X]),
    ("ReduceMean", 18, {}, [X, whole([2])]),
    ("ReduceSum", 13, {"keepdims": 1}, [X, whole([0, 3])]),
    ("ReduceMax", 13, {"axes": [2, 3]}, [X]),
    ("ReduceL2", 13, {"axes": [1], "keepdims": 1}, [X]),
    ("ArgMax", 13, {"axis": 1, "keepdims": 0}, [X]),
    ("Transpose", 13, {"perm": [0, 2, 3, 1]}, [X]),
    ("Reshape", 13, {}, [X, whole([0, -1, 3])]),
    ("Flatten", 13, {"axis": 2}, [X]),
    ("Squeeze", 11, {"axes": [0]}, [X]),
    ("Squeeze", 13, {}, [X, whole([0])]),
    ("Unsqueeze", 13, {}, [X, whole([0, -1])]),
    ("Concat", 13, {"axis": -1}, [X, floats(1, 2, 5, 3)]),
    ("Slice", 13, {}, [X, whole([-1, 1]), whole([-100, 6]), whole([2, 3]), whole([-2, 3])]),
    ("Slice", 9, {"starts": [1], "ends": [100], "axes": [3]}, [X]),
    ("Gather", 13, {"axis": 2}, [X, whole([[0, -1], [3, 3]])]),
    ("Split", 13, {"axis": 3}, [X, whole([1, 2, 3])]),
    ("Split", 11, {"axis": 3}, [X], 2),
    ("Expand", 13, {}, [floats(2, 1, 3), whole([1, 4, 1])]),
    ("Tile", 13, {}, [floats(2, 3), whole([2, 2])]),
    ("Pad", 11, {"mode": "reflect"}, [X, whole([0, 0, 2, 1, 0, 0, 1, 3])]),
    ("Pad", 11, {}, [X, whole([0, 1, 0, -1, 0, 0, 1, 1]), np.float32(0.5)]),
    ("Pad", 11, {"mode": "edge"}, [X, whole([0, 0, 2, 1, 0, 0, 1, 3])]),
    ("DepthToSpace", 11, {"blocksize": 2}, [floats(1, 8, 2, 3)]),
    ("DepthToSpace", 11, {"blocksize": 2, "mode": "CRD"}, [floats(1, 8, 2, 3)]),
    ("SpaceToDepth", 11, {"blocksize": 2}, [floats(1, 2, 4, 6)]),
    ("Where", 9, {}, [np.array([[True], [False]]), floats(2, 3), floats(3)]),
    ("Cast", 13, {"to": 7}, [X]),
]
for mode, coordinates, nearest in [
    ("nearest", "asymmetric", "floor"), ("nearest", "half_pixel", "round_prefer_floor"),
    ("nearest", "align_corners", "ceil"), ("linear", "half_pixel", ""), ("linear", "align_corners", ""),
    ("linear", "pytorch_half_pixel", ""), ("linear", "asymmetric", ""), ("cubic", "half_pixel", ""),
]:
    attributes = {"mode": mode, "coordinate_transformation_mode": coordinates}
    if nearest:
        attributes["nearest_mode"] = nearest
    CASES.append(("Resize", 13, attributes, [X, None, np.array([1, 1, 1.6, 2], np.float32)]))
    CASES.append(("Resize", 13, attributes, [X, None, None, whole([1, 2, 3, 4])]))
CASES.append(("Upsample", 9, {"mode": "nearest"}, [X, np.array([1, 1, 2, 3], np.float32)]))


def kind(array):
    return {"float32": TensorProto.FLOAT, "int64": TensorProto.INT64, "bool": TensorProto.BOOL}[array.dtype.name]


def written(array):
    key = "floats" if array.dtype == np.float32 else "integers"
    values = [float(f"{v:.9g}") for v in array.ravel()] if key == "floats" else [int(v) for v in array.ravel()]
    return {"shape": list(array.shape), key: values}


def record(operation, opset, attributes, inputs, output_count=None):
    arrays = [None if array is None else np.asarray(array) for array in inputs]
    names = ["" if array is None else f"x{index}" for index, array in enumerate(arrays)]
    count = output_count or (len(arrays[1]) if operation == "Split" else 1)
    outputs = [f"y{index}" for index in range(count)]
    node = helper.make_node(operation, names, outputs, **attributes)
    given = [
        helper.make_tensor_value_info(name, kind(array), array.shape) for name, array in zip(names, arrays) if name]
    graph = helper.make_graph([node], "case", given, [onnx_output(name) for name in outputs])
    model = helper.make_model(graph, opset_imports=[helper.make_opsetid("", opset)], ir_version=9)
    session = onnxruntime.InferenceSession(model.SerializeToString(), providers=["CPUExecutionProvider"])
    results = session.run(None, {name: array for name, array in zip(names, arrays) if name})
    return {
        "operation": operation, "opset": opset, "attributes": attributes,
        "inputs": [None if array is None else written(array) for array in arrays],
        "outputs": [written(result) for result in results],
    }


def onnx_output(name):
    from onnx import ValueInfoProto
    return ValueInfoProto(name=name)


cases = [record(*case) for case in CASES]
Path(__file__).with_name("operators.json").write_text("[\n" + ",\n".join(json.dumps(case) for case in cases) + "\n]\n")
print(f"{len(cases)} cases")
