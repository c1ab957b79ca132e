"""Colours, noise, sampling and blur on NumPy arrays."""

import numpy as np
from PIL import Image


def mix(a, b, t):
    """The colour or array between a and b."""
    return np.asarray(a, np.float32) * (1 - t) + np.asarray(b, np.float32) * t


def smooth(low, high, x):
    t = np.clip((x - low) / (high - low), 0, 1)
    return t * t * (3 - 2 * t)


def noise_tile(size, octaves, seed, first=4, gain=0.5):
    """A tile of fractal noise about 0: octaves of random grids, each twice as fine and `gain` as strong, cubic between."""
    random = np.random.default_rng(seed)
    total = np.zeros((size, size), np.float32)
    for octave in range(octaves):
        cells = first << octave
        grid = np.pad(random.standard_normal((cells, cells)).astype(np.float32), 2, mode="wrap")
        step = size // cells
        fine = Image.fromarray(grid).resize(((cells + 4) * step,) * 2, Image.Resampling.BICUBIC)
        total += gain**octave * np.asarray(fine)[2 * step : 2 * step + size, 2 * step : 2 * step + size]
    return total / total.std()


def sample(image, y, x, wrap=False):
    """Bilinear samples of an array at real coordinates; beyond it the edge repeats, or the tile does."""
    height, width = image.shape[:2]
    y0, x0 = np.floor(y).astype(int), np.floor(x).astype(int)
    fy, fx = (y - y0).astype(np.float32), (x - x0).astype(np.float32)
    bound = (lambda i, n: i % n) if wrap else (lambda i, n: np.clip(i, 0, n - 1))
    ya, yb, xa, xb = bound(y0, height), bound(y0 + 1, height), bound(x0, width), bound(x0 + 1, width)
    if image.ndim == 3:
        fy, fx = fy[..., None], fx[..., None]
    return (image[ya, xa] * (1 - fx) + image[ya, xb] * fx) * (1 - fy) + (
        image[yb, xa] * (1 - fx) + image[yb, xb] * fx
    ) * fy


def blur(image, radius):
    """Gaussian blur of a float array, channel by channel, with three box passes (8-bit filters would show bands)."""
    size = max(1, int(round(radius * 0.9)))
    for axis in (0, 1):
        for _ in range(3):
            pad = [(size + 1, size) if i == axis else (0, 0) for i in range(image.ndim)]
            sums = np.cumsum(np.pad(image, pad, mode="edge"), axis=axis, dtype=np.float64)
            upper = np.take(sums, range(2 * size + 1, sums.shape[axis]), axis=axis)
            lower = np.take(sums, range(0, sums.shape[axis] - 2 * size - 1), axis=axis)
            image = ((upper - lower) / (2 * size + 1)).astype(np.float32)
    return image
