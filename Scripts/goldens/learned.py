#!/usr/bin/env python3
"""Records the kernel that numpy.linalg.lstsq finds between two samples, as the tests of `imgconv learn` expect it.

Needs NumPy and Pillow. Writes Tests/CLITests/NumPyGoldens.swift; run it again when a sample changes.
"""

import pathlib

import numpy
from numpy.lib.stride_tricks import sliding_window_view
from PIL import Image

ROOT = pathlib.Path(__file__).resolve().parents[2]
SIZE = 3


def samples(name):
    return numpy.asarray(Image.open(ROOT / "samples" / name).convert("RGB"), float)


def main():
    source, target = samples("harbour.png"), samples("harbour.jpg")
    edge = SIZE // 2
    windows = [sliding_window_view(source[..., c], (SIZE, SIZE)).reshape(-1, SIZE * SIZE) for c in range(3)]
    table = numpy.vstack(windows)
    wanted = numpy.concatenate([target[edge:-edge, edge:-edge, c].ravel() for c in range(3)])
    known = (wanted > 0) & (wanted < 255)
    table = numpy.hstack([table, numpy.ones((len(table), 1))])[known]
    wanted = wanted[known]
    found = numpy.linalg.lstsq(table, wanted, rcond=None)[0]
    residual = table @ found - wanted
    rows = ",\n".join(
        "    " + ", ".join(repr(float(tap)) for tap in found[row * SIZE:(row + 1) * SIZE]) for row in range(SIZE))
    (ROOT / "Tests/CLITests/NumPyGoldens.swift").write_text(f"""\
/// What `numpy.linalg.lstsq` of NumPy {numpy.__version__} finds between samples/harbour.png and samples/harbour.jpg: written by Scripts/goldens/learned.py.
enum NumPyGoldens {{
  /// The taps, row by row.
  static let weights: [Double] = [
{rows},
  ]
  /// The bias, of 255.
  static let bias = {float(found[-1])!r}
  /// The root mean square residual.
  static let rms = {float(numpy.sqrt((residual ** 2).mean()))!r}
  /// The largest residual.
  static let maximum = {float(abs(residual).max())!r}
  /// The equations.
  static let equations = {len(wanted)}
}}
""")


if __name__ == "__main__":
    main()
