"""Times OpenCV's filters on the image that `crossovers` uses: compare.py [WIDTH HEIGHT THREADS REPETITIONS]."""

import sys
import time

import cv2
import numpy as np

width, height, threads, repetitions = ([int(a) for a in sys.argv[1:]] + [5640, 3172, 1, 3][len(sys.argv) - 1:])
cv2.setNumThreads(threads)
rng = np.random.default_rng(1)
image = rng.integers(0, 256, (height, width, 3), dtype=np.uint8)
out = np.empty_like(image)


def measure(name, run):
    times = []
    for _ in range(repetitions):
        start = time.perf_counter()
        run()
        times.append(time.perf_counter() - start)
    print(f"{name:>12} {1000 * min(times):8.1f}")


print(f"OpenCV {cv2.__version__}, {width}x{height}x3, {threads} threads, ms")
for size in (3, 5, 7, 9, 11, 15, 31):
    kernel = rng.random((size, size)) - 0.4
    measure(f"random {size}", lambda: cv2.filter2D(image, -1, kernel, dst=out))
for sigma in (1.0, 2, 5, 20):
    side = 2 * int(4 * sigma + 0.5) + 1
    measure(f"gaussian {sigma}", lambda: cv2.GaussianBlur(image, (side, side), sigma, dst=out))
measure("box 15", lambda: cv2.blur(image, (15, 15), dst=out))
