"""The pictures that are measured on, drawn from samples/ so that nothing has to be fetched."""
import os

import cv2
import numpy as np
import pyvips

from common import ROOT

WIDTH, HEIGHT = 5640, 3172
SMALL_PHOTOS = 136
GIGAPIXEL_SIDE = 32_768


def make(bench):
    """photo.png and photo.jpg: 17.9 megapixels with the grain of a photograph, 34 MB as PNG and 16 MB as JPEG; small.png; 136 small JPEGs."""
    if os.path.exists(bench.path("small.png")):
        return
    harbour = cv2.imread(os.path.join(ROOT, "samples", "harbour.png"))
    photo = cv2.resize(harbour, (WIDTH, HEIGHT), interpolation=cv2.INTER_CUBIC).astype(np.float32)
    grain = np.random.default_rng(1).normal(0, 13.5, photo.shape).astype(np.float32)
    photo = np.clip(photo + cv2.GaussianBlur(grain, (0, 0), 0.6), 0, 255).astype(np.uint8)
    cv2.imwrite(bench.path("photo.png"), photo)
    cv2.imwrite(bench.path("photo.jpg"), photo, [cv2.IMWRITE_JPEG_QUALITY, 100])
    os.makedirs(bench.path("batch"), exist_ok=True)
    for index in range(SMALL_PHOTOS):
        y, x = divmod(index, 10)
        crop = photo[y * 200 : y * 200 + 400, x * 500 : x * 500 + 500]
        cv2.imwrite(bench.path(f"batch/{index:03}.jpg"), crop, [cv2.IMWRITE_JPEG_QUALITY, 90])
    cv2.imwrite(bench.path("small.png"), cv2.resize(harbour, (600, 400), interpolation=cv2.INTER_AREA))


def make_gigapixel(bench):
    """giga.png: the harbour as tiles, 32768×32768."""
    if os.path.exists(bench.path("giga.png")):
        return
    tile = pyvips.Image.new_from_file(os.path.join(ROOT, "samples", "harbour.png"))
    across, down = GIGAPIXEL_SIDE // tile.width + 1, GIGAPIXEL_SIDE // tile.height + 1
    image = tile.replicate(across, down).crop(0, 0, GIGAPIXEL_SIDE, GIGAPIXEL_SIDE)
    image.write_to_file(bench.path("unfinished.png"), compression=1, filter="up")
    os.rename(bench.path("unfinished.png"), bench.path("giga.png"))
