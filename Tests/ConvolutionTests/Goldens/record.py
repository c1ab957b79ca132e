#!/usr/bin/env python3
"""Records what SciPy and OpenCV make of small images, for GoldenTests.

    record.py            compares correlation.json with what these versions give, and says so
    record.py --record   writes it anew

Needs numpy, scipy and opencv-python-headless.
"""

import json
import pathlib
import sys

import cv2
import numpy
import scipy
from scipy import ndimage

PATH = pathlib.Path(__file__).with_name("correlation.json")
CONSTANT = 7.0
IMAGES = [(5, 6), (2, 3), (1, 4), (3, 1), (1, 1)]
KERNELS = [(3, 3), (1, 3), (5, 5), (2, 4), (7, 1)]
SCIPY = ["nearest", "constant", "mirror", "reflect", "wrap"]
OPENCV = {
    "replicate": cv2.BORDER_REPLICATE,
    "constant": cv2.BORDER_CONSTANT,
    "reflect": cv2.BORDER_REFLECT,
    "reflect101": cv2.BORDER_REFLECT_101,
}


def cases():
    numbers = numpy.random.default_rng(20)
    for image_shape in IMAGES:
        for kernel_shape in KERNELS:
            image = numbers.integers(0, 256, image_shape).astype(float)
            kernel = numbers.integers(-9, 10, kernel_shape).astype(float)
            case = {
                "height": image_shape[0],
                "width": image_shape[1],
                "image": image.ravel().tolist(),
                "kernelHeight": kernel_shape[0],
                "kernelWidth": kernel_shape[1],
                "kernel": kernel.ravel().tolist(),
                "outputs": {},
            }
            for mode in SCIPY:
                result = ndimage.correlate(image, kernel, mode=mode, cval=CONSTANT)
                case["outputs"]["scipy:" + mode] = result.ravel().tolist()
            for name, border in OPENCV.items():
                result = cv2.filter2D(image, cv2.CV_64F, kernel, borderType=border)
                case["outputs"]["cv:" + name] = result.ravel().tolist()
            yield case


def main():
    found = {
        "recordedWith": f"scipy {scipy.__version__}, opencv {cv2.__version__}",
        "scipyConstant": CONSTANT,
        "cases": list(cases()),
    }
    if sys.argv[1:] == ["--record"]:
        PATH.write_text(json.dumps(found, indent=None, separators=(",", ":")) + "\n")
        return
    same = json.loads(PATH.read_text())["cases"] == found["cases"]
    print("the same" if same else "different", "with", found["recordedWith"])
    sys.exit(0 if same else 1)


main()
