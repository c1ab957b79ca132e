#!/usr/bin/env python3
"""Records what other programs make of kernel names, as the tests of Kernels expect it.

Needs ImageMagick 6.9 (convert), SciPy, NumPy and OpenCV for Python. Writes Tests/KernelsTests/Goldens/*;
run it again when a name is added, and look at the difference before committing it.
"""

import pathlib
import re
import subprocess

import cv2
import numpy
import scipy
from scipy import ndimage

FOLDER = pathlib.Path(__file__).resolve().parents[2] / "Tests/KernelsTests/Goldens"

IMAGEMAGICK = """
Unity|Unity:3|Gaussian|Gaussian:0x0.7|Gaussian:0x2|Gaussian:2x1|Gaussian:3|LoG|LoG:0x1|LoG:2x1|DoG:0,0.8,1.6
DoG:0x2,0.5|Blur|Blur:0x1|Blur:0x1+90|Blur:2x1|Blur:0x3|Binomial|Binomial:3|Laplacian|Laplacian:0|Laplacian:1
Laplacian:2|Laplacian:3|Laplacian:5|Laplacian:7|Laplacian:15|Laplacian:19|Sobel|Sobel:45|Sobel:90|Sobel:135
Sobel:180|Sobel:225|Sobel:270|Sobel:315|Sobel:-90|Sobel:30|Sobel:>|Sobel:@|Sobel:<|Roberts|Roberts:45|Prewitt
Prewitt:90|Compass|Compass:@|Kirsch|Kirsch:90|Kirsch:-45|FreiChen|FreiChen:1|FreiChen:2|FreiChen:0,90
Disk|Disk:1.3|Disk:2|Disk:3.2|Disk:0.3|Disk:5|Square|Square:2,0.5|Diamond|Diamond:3|Octagon|Octagon:2|Octagon:3
Plus|Plus:1|Plus:2|Cross|Cross:1|Sobel;Kirsch|sobel
3x3: 0,-,nan 1,2,3 4,5,6|3x3>: 1,2,3 4,5,6 7,8,9|3x3@: 1,2,3 4,5,6 7,8,9|3x3<: 1,2,3 4,5,6 7,8,9
3x1+0+0: 1,2,3|3: 1,2,3,4,5,6,7,8,9|1,2,3,4,5,6,7,8,9|3x3+0+2: 1,2,3,4,5,6,7,8,9|2x2: 1,2,3,4|4x1: 1,2,3,4
2x2: 1,2,3,4 ; 2x2: 5,6,7,8|3x3: 1e-2,.5,-3 0,0,0 1,1,1|5x5>: 1,2,3,4,5 6,7,8,9,0 1,2,3,4,5 6,7,8,9,0 1,2,3,4,9
"""

GAUSSIANS = [(0.5, None), (1.0, None), (1.5, 4), (2.3, None), (1.0, 0)]
LAPLACIANS = [(0.8, None), (1.0, None), (1.4, None), (2.0, 3)]
# wavelength, orientation in degrees, sigma, gamma, psi in degrees, size (0: OpenCV's choice)
GABORS = [
    (4, 0, 2, 0.5, 0, 9), (4, 45, 2, 0.5, 0, 9), (6, 30, 2, 0.8, 90, 0), (5, 120, 1.5, 1, 0, 0), (3, -20, 1, 0.5, 45, 0),
]


def numbers(array):
    return [" ".join(repr(float(value)) for value in row) for row in array]


def imagemagick():
    """Each kernel's name, then a line `WxH+X+Y` and the rows for every kernel of its list."""
    for name in re.split(r"[|\n]", IMAGEMAGICK.strip()):
        command = ["convert", "-precision", "15", "-define", "showkernel=1", "-morphology", "Convolve:0", name, "xc:", "null:"]
        printed = subprocess.run(command, capture_output=True, text=True, check=True).stderr
        yield f"# {name}"
        for line in printed.splitlines():
            if found := re.match(r"Kernel .* of size (\S+) with", line):
                yield f"= {found[1]}"
            elif found := re.match(r"\s*\d+: (.*)", line):
                yield found[1].strip()


def delta(radius):
    image = numpy.zeros((2 * radius + 1, 2 * radius + 1))
    image[radius, radius] = 1
    return image


def scipy_and_opencv():
    for kind, cases, function in (
        ("gaussian", GAUSSIANS, ndimage.gaussian_filter),
        ("log", LAPLACIANS, ndimage.gaussian_laplace),
    ):
        for sigma, radius in cases:
            reach = int(4 * sigma + 0.5) if radius is None else radius
            arguments = {} if radius is None else {"radius": radius}
            yield f"# {kind}:{sigma}" + ("" if radius is None else f",{radius}")
            yield from numbers(function(delta(reach), sigma, mode="constant", **arguments))
    for wavelength, orientation, sigma, gamma, psi, size in GABORS:
        extent = (size, size) if size else (0, 0)
        kernel = cv2.getGaborKernel(
            extent, sigma, numpy.deg2rad(orientation), wavelength, gamma, numpy.deg2rad(psi), cv2.CV_64F)
        yield f"# gabor:{wavelength},{orientation},{sigma},{gamma},{psi}" + (f",{size}" if size else "")
        yield from numbers(kernel)


def write_swift(name, variable, summary, lines):
    text = "\n".join(f"  {line}" for line in lines)
    (FOLDER / f"{name}.swift").write_text(
        f'/// {summary}\nlet {variable} = """\n{text}\n  """\n', encoding="utf-8")


version = subprocess.run(["convert", "--version"], capture_output=True, text=True, check=True).stdout.split()[2]
print(f"ImageMagick {version}; ImageMagickTests.swift names the version")
(FOLDER / "imagemagick.txt").write_text("\n".join(imagemagick()) + "\n", encoding="utf-8")
write_swift(
    "SciPyAndOpenCV", "sciPyAndOpenCVKernels",
    f"Kernels as SciPy {scipy.__version__} and OpenCV {cv2.__version__} make them; recorded by `Scripts/goldens/kernels.py`.",
    scipy_and_opencv())
