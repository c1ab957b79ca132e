"""Records what ONNX Runtime and JAX answer, for the tests of the operators on tensors.

    pip install onnx onnxruntime "jax[cpu]" && python3 record.py

Writes one folder a case beside this file: attrs.json (operator and attributes, as in the published ONNX cases), x.npy,
w.npy, b.npy and y.npy (and indices.npy); for gradients also dy.npy, dx.npy, dw.npy and db.npy. Forward answers are ONNX
Runtime's in 32 bits, gradients those of JAX's vector-Jacobian products in 64 bits, stored in 32.
"""

import json
import pathlib
import shutil

import jax
import numpy as np
import onnxruntime
from jax import lax
from onnx import TensorProto, helper

jax.config.update("jax_enable_x64", True)
HERE = pathlib.Path(__file__).parent
random = np.random.default_rng(20261123)


def tensor(*shape):
    return random.standard_normal(shape).astype(np.float32)


def save(name, operator, attributes, **arrays):
    folder = HERE / name
    folder.mkdir()
    text = json.dumps({"op": operator, "attrs": attributes}, indent=1)
    (folder / "attrs.json").write_text(text + "\n")
    for key, array in arrays.items():
        if array is not None:
            np.save(folder / f"{key}.npy", array)


def forward(name, operator, inputs, **attributes):
    """One operator of opset 22, run by ONNX Runtime."""
    with_indices = operator == "MaxPool"
    outputs = ["y", "indices"] if with_indices else ["y"]
    node = helper.make_node(operator, list(inputs), outputs, **attributes)
    graph = helper.make_graph(
        [node],
        "case",
        [helper.make_tensor_value_info(k, TensorProto.FLOAT, v.shape) for k, v in inputs.items()],
        [helper.make_tensor_value_info(k, TensorProto.INT64 if k == "indices" else TensorProto.FLOAT, None) for k in outputs],
    )
    model = helper.make_model(graph, opset_imports=[helper.make_opsetid("", 22)], ir_version=10)
    session = onnxruntime.InferenceSession(model.SerializeToString(), providers=["CPUExecutionProvider"])
    save(name, operator, attributes, **inputs, **dict(zip(outputs, session.run(None, inputs))))


def pairs(pads):
    """ONNX's begin…, end… as (begin, end) an axis."""
    return list(zip(pads[: len(pads) // 2], pads[len(pads) // 2 :]))


def gradient(name, operator, function, attributes, x, w=None, b=None):
    """The gradients of a function of x, and of w and b where it has them, by JAX."""
    arguments = [np.asarray(a, np.float64) for a in (x, w, b) if a is not None]
    y, pull = jax.vjp(function, *arguments)
    dy = tensor(*y.shape)
    found = [np.asarray(g, np.float32) for g in pull(np.asarray(dy, np.float64))] + [None, None]
    save(name, operator, attributes, x=x, w=w, b=b, dy=dy, dx=found[0], dw=found[1], db=found[2])


def convolution_gradient(name, x, w, strides, pads, dilations, group):
    axes = x.ndim - 2

    def function(x, w, b):
        y = lax.conv_general_dilated(
            x, w, strides, pairs(pads), rhs_dilation=dilations, feature_group_count=group,
            dimension_numbers=("NCHW", "OIHW", "NCHW") if axes == 2 else ("NCH", "OIH", "NCH"),
        )
        return y + b.reshape((1, -1) + (1,) * axes)

    attributes = dict(strides=strides, pads=pads, dilations=dilations, group=group)
    gradient(name, "Conv", function, attributes, x, w, tensor(w.shape[0]))


def pooling_gradient(name, operator, x, kernel_shape, strides, pads, count_include_pad=0):
    window = dict(
        window_dimensions=(1, 1, *kernel_shape), window_strides=(1, 1, *strides), padding=[(0, 0), (0, 0), *pairs(pads)]
    )
    attributes = dict(kernel_shape=kernel_shape, strides=strides, pads=pads)
    if operator == "MaxPool":
        gradient(name, operator, lambda x: lax.reduce_window(x, -np.inf, lax.max, **window), attributes, x)
    else:
        attributes["count_include_pad"] = count_include_pad
        inside = lax.reduce_window(np.ones(x.shape), 0.0, lax.add, **window)
        count = np.prod(kernel_shape) if count_include_pad else inside
        gradient(name, operator, lambda x: lax.reduce_window(x, 0.0, lax.add, **window) / count, attributes, x)


def distinct(*shape):
    """Values no two of which are equal, so that every maximum is single."""
    count = int(np.prod(shape))
    return (random.permutation(count).astype(np.float32) - count / 2).reshape(shape) / 8


def main():
    for folder in HERE.iterdir():
        if folder.is_dir():
            shutil.rmtree(folder)

    def conv(name, x, w, bias=True, operator="Conv", **attributes):
        outputs = w[0] if operator == "Conv" else w[1] * attributes.get("group", 1)
        inputs = dict(x=tensor(*x), w=tensor(*w))
        if bias:
            inputs["b"] = tensor(outputs)
        forward(name, operator, inputs, kernel_shape=list(w[2:]), **attributes)

    conv("conv_asymmetric_pads", (2, 3, 9, 8), (4, 3, 3, 2), pads=[2, 0, 1, 3], strides=[2, 1])
    conv("conv_groups_dilation", (1, 6, 11, 12), (4, 3, 3, 3), group=2, dilations=[2, 3], pads=[1, 2, 3, 0])
    conv("conv_even_kernel_same_upper", (1, 2, 7, 10), (3, 2, 4, 2), auto_pad="SAME_UPPER", strides=[2, 3])
    conv("conv_even_kernel_same_lower", (1, 2, 7, 10), (3, 2, 4, 2), auto_pad="SAME_LOWER", strides=[2, 3])
    conv("conv_valid", (1, 1, 8, 9), (2, 1, 3, 4), bias=False, auto_pad="VALID", strides=[3, 2])
    conv("conv_depthwise_multiplier", (1, 4, 8, 7), (8, 1, 3, 3), group=4, strides=[2, 2], pads=[1, 1, 1, 1])
    conv("conv_1d_long_kernel_stride_256", (1, 2, 4000), (3, 2, 1024), strides=[256], pads=[512, 511])
    conv("conv_1d_same_lower", (2, 3, 17), (4, 3, 4), auto_pad="SAME_LOWER", strides=[3])
    conv("conv_1d_groups_dilation", (1, 4, 23), (6, 2, 5), group=2, dilations=[3], pads=[4, 1])
    conv("conv_large_kernel_dilation_10", (1, 2, 46, 53), (2, 2, 5, 5), dilations=[10, 10], pads=[3, 0, 1, 4])
    conv("conv_pointwise", (2, 5, 4, 3), (3, 5, 1, 1), strides=[2, 1])

    def transpose(name, x, w, **attributes):
        conv(name, x, w, operator="ConvTranspose", **attributes)

    transpose("convtranspose_output_shape", (1, 3, 5, 4), (3, 2, 4, 3), strides=[3, 2], output_shape=[13, 8])
    transpose(
        "convtranspose_output_shape_upper", (1, 2, 4, 4), (2, 2, 3, 3), strides=[2, 2], output_shape=[8, 7],
        auto_pad="SAME_UPPER")
    transpose(
        "convtranspose_groups_dilation", (2, 4, 4, 5), (4, 3, 2, 3), group=2, dilations=[2, 3], strides=[2, 2],
        pads=[1, 0, 2, 3], output_padding=[1, 1])
    transpose("convtranspose_same_lower", (1, 2, 4, 3), (2, 3, 3, 4), strides=[2, 3], auto_pad="SAME_LOWER")
    transpose("convtranspose_1d", (2, 3, 9), (3, 2, 5), strides=[4], pads=[2, 1], output_padding=[3])

    def pool(name, operator, x, **attributes):
        forward(name, operator, dict(x=x), **attributes)

    pool("maxpool_dilations", "MaxPool", tensor(2, 3, 11, 10), kernel_shape=[3, 2], dilations=[2, 3], strides=[2, 1],
         pads=[1, 0, 2, 1])
    pool("maxpool_ceil_uneven_pads", "MaxPool", tensor(1, 2, 9, 8), kernel_shape=[3, 3], strides=[2, 3], ceil_mode=1,
         pads=[0, 1, 1, 0])
    pool("maxpool_equal_values", "MaxPool", np.round(tensor(1, 2, 8, 8)), kernel_shape=[3, 3], pads=[1, 1, 1, 1])
    pool("maxpool_1d", "MaxPool", tensor(2, 3, 19), kernel_shape=[4], strides=[3], dilations=[2], pads=[2, 3])
    pool("maxpool_same_upper", "MaxPool", tensor(1, 2, 7, 6), kernel_shape=[2, 4], strides=[2, 2], auto_pad="SAME_UPPER")
    for included in (0, 1):
        end = "included" if included else "excluded"
        pool(f"averagepool_ceil_pads_{end}", "AveragePool", tensor(1, 2, 8, 9), kernel_shape=[5, 3], strides=[4, 3],
             pads=[1, 1, 1, 2], ceil_mode=1, count_include_pad=included)
        pool(f"averagepool_dilations_{end}", "AveragePool", tensor(1, 2, 9, 8), kernel_shape=[3, 2], strides=[2, 1],
             dilations=[2, 3], pads=[1, 1, 2, 1], count_include_pad=included)
    pool("averagepool_1d_same_lower", "AveragePool", tensor(2, 2, 13), kernel_shape=[4], strides=[3], auto_pad="SAME_LOWER")
    pool("lppool_p1_pads", "LpPool", tensor(1, 2, 8, 7), kernel_shape=[3, 2], strides=[2, 1], pads=[1, 0, 2, 1], p=1)
    pool("lppool_p3_ceil_dilations", "LpPool", tensor(1, 2, 9, 10), kernel_shape=[2, 3], strides=[2, 2],
         dilations=[3, 2], ceil_mode=1, p=3)
    pool("globalaveragepool_1d", "GlobalAveragePool", tensor(2, 3, 7))
    pool("globalmaxpool_1d", "GlobalMaxPool", tensor(2, 3, 7))

    convolution_gradient("gradient_conv", tensor(2, 3, 8, 7), tensor(4, 3, 3, 2), [1, 1], [1, 0, 1, 1], [1, 1], 1)
    convolution_gradient(
        "gradient_conv_everything", tensor(2, 6, 13, 12), tensor(4, 3, 3, 2), [2, 3], [2, 0, 1, 3], [2, 3], 2)
    convolution_gradient("gradient_conv_1d", tensor(1, 4, 60), tensor(4, 1, 9), [5], [3, 4], [2], 4)
    pooling_gradient("gradient_maxpool", "MaxPool", distinct(2, 2, 8, 7), [3, 2], [2, 1], [1, 0, 1, 1])
    pooling_gradient("gradient_averagepool_excluded", "AveragePool", tensor(1, 2, 8, 7), [3, 2], [2, 2], [1, 0, 2, 1])
    pooling_gradient("gradient_averagepool_included", "AveragePool", tensor(1, 2, 8, 7), [3, 2], [2, 2], [1, 0, 2, 1], 1)


if __name__ == "__main__":
    main()
