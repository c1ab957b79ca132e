#!/usr/bin/env python3
"""Makes the files of this folder: small JPEG and PNG images with the pixels that Pillow decodes, and arrays by NumPy.

Needs Pillow and NumPy; where OpenCV is installed, its decode has to equal Pillow's (but for CMYK, which it converts otherwise).
Usage: python3 make-fixtures.py
"""
import io
import pathlib
import struct

import numpy
from PIL import Image, ImageCms, ImageOps

try:
    import cv2
except ImportError:
    cv2 = None

here = pathlib.Path(__file__).parent


def picture(width, height):
    """A gradient, a disc, stripes and some noise."""
    random = numpy.random.default_rng(7)
    y, x = numpy.mgrid[0:height, 0:width]
    red = 255 * x / max(width - 1, 1)
    green = 200 * ((x - width / 2) ** 2 + (y - height / 2) ** 2 < (height / 3) ** 2) + 20
    blue = 128 + 100 * numpy.sin(x / 2.0) * numpy.cos(y / 3.0)
    noise = random.normal(0, 6, (height, width, 3))
    return numpy.clip(numpy.stack([red, green, blue], 2) + noise, 0, 255).astype(numpy.uint8)


def keep(name, data, mode):
    """Writes a file and, beside it, its pixels as H×W×C."""
    (here / name).write_bytes(data)
    image = ImageOps.exif_transpose(Image.open(io.BytesIO(data)))
    cmyk = image.mode == "CMYK"
    pixels = numpy.asarray(image.convert(mode))
    if cv2 is not None and not cmyk and name.endswith(".jpg"):
        flag = cv2.IMREAD_GRAYSCALE if mode == "L" else cv2.IMREAD_COLOR
        other = cv2.imdecode(numpy.frombuffer(data, numpy.uint8), flag)
        other = other if mode == "L" else other[:, :, ::-1]
        assert numpy.array_equal(other, pixels), name
    numpy.save(here / (name + ".npy"), pixels.reshape(pixels.shape[0], pixels.shape[1], -1))


def keep_luma(name):
    """Writes the Y plane of a JPEG as H×W×1."""
    image = Image.open(here / name)
    image.draft("L", image.size)
    numpy.save(here / (name + ".luma.npy"), numpy.asarray(ImageOps.exif_transpose(image))[:, :, None])


def jpeg(image, **options):
    data = io.BytesIO()
    image.save(data, "JPEG", **{"quality": 85, **options})
    return data.getvalue()


def exif(orientation):
    tags = Image.Exif()
    tags[0x0112] = orientation
    tags[0x011A], tags[0x011B], tags[0x0128] = 300.0, 150.0, 2
    return tags.tobytes()


def jpegs():
    colors = Image.fromarray(picture(45, 31))
    grey = colors.convert("L")
    keep("grey.jpg", jpeg(grey), "L")
    keep("grey-progressive.jpg", jpeg(grey, progressive=True), "L")
    for name, sampling in [("444", "4:4:4"), ("422", "4:2:2"), ("420", "4:2:0")]:
        keep(f"{name}.jpg", jpeg(colors, subsampling=sampling), "RGB")
        keep(f"{name}-progressive.jpg", jpeg(colors, subsampling=sampling, progressive=True), "RGB")
    keep("411.jpg", jpeg(colors, subsampling="4:1:1"), "RGB")
    keep("restarts.jpg", jpeg(colors, subsampling="4:2:0", restart_marker_blocks=2), "RGB")
    keep("rgb-adobe.jpg", jpeg(colors, keep_rgb=True), "RGB")
    for size in [(1, 1), (7, 1), (1, 9), (8, 8), (17, 16), (16, 17)]:
        keep(f"size-{size[0]}x{size[1]}.jpg", jpeg(Image.fromarray(picture(*size)), subsampling="4:2:0"), "RGB")
    ink = Image.fromarray(numpy.concatenate([picture(45, 31), picture(45, 31)[:, ::-1, :1]], 2), "CMYK")
    cmyk = jpeg(ink)
    keep("cmyk.jpg", cmyk, "RGB")
    keep("cmyk-progressive.jpg", jpeg(ink, progressive=True), "RGB")
    # Byte 11 of Adobe's segment says how the components are to be understood: 2 is YCCK.
    adobe = cmyk.index(b"Adobe")
    keep("ycck.jpg", cmyk[: adobe + 11] + b"\x02" + cmyk[adobe + 12 :], "RGB")
    # Without the segment (FF EE, its length, 12 bytes): plain CMYK.
    keep("cmyk-unmarked.jpg", cmyk[: adobe - 4] + cmyk[adobe + 12 :], "RGB")
    for orientation in range(1, 9):
        keep(f"orientation-{orientation}.jpg", jpeg(colors, subsampling="4:2:0", exif=exif(orientation)), "RGB")
    keep("orientation-6-progressive.jpg", jpeg(colors, progressive=True, exif=exif(6)), "RGB")
    profile = ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB")).tobytes()
    (here / "srgb.icc").write_bytes(profile)
    for name in ["420.jpg", "422-progressive.jpg", "orientation-6.jpg"]:
        keep_luma(name)
    keep("icc.jpg", jpeg(colors, icc_profile=profile, dpi=(300, 150)), "RGB")
    # Arithmetic coding is announced by SOF9 instead of SOF0, 12 bits by the byte after its length.
    plain = jpeg(colors)
    frame = plain.index(b"\xff\xc0")
    (here / "lossless.jpg").write_bytes(plain[:frame] + b"\xff\xc3" + plain[frame + 2 :])
    (here / "12-bit.jpg").write_bytes(plain[:frame] + b"\xff\xc1\x00\x11\x0c" + plain[frame + 5 :])


def pngs():
    profile = (here / "srgb.icc").read_bytes()
    colors = Image.fromarray(picture(19, 11))
    for orientation in [2, 3, 6]:
        data = io.BytesIO()
        colors.save(data, "PNG", exif=exif(orientation))
        keep(f"orientation-{orientation}.png", data.getvalue(), "RGB")
    data = io.BytesIO()
    colors.save(data, "PNG", icc_profile=profile, dpi=(300, 150))
    keep("icc.png", data.getvalue(), "RGB")


def arrays():
    # -3, -2, … in 2×3×4; unsigned kinds start at 0, booleans alternate.
    values = numpy.arange(24).reshape(2, 3, 4)
    for kind in ["f2", "f4", "f8", "i1", "i2", "i4", "i8", "u1", "u2", "u4", "u8", "b1"]:
        array = values if kind[0] == "u" else values % 2 if kind[0] == "b" else values - 3
        array = array / 4 if kind[0] == "f" else array
        for order in "<>" if kind[1] != "1" else "|":
            name = kind + ("-big" if order == ">" else "")
            numpy.save(here / f"{name}.npy", array.astype(order + kind))
    numpy.save(here / "fortran.npy", numpy.asfortranarray(values.astype("<f4")))
    numpy.save(here / "scalar.npy", numpy.float64(2.5))
    numpy.save(here / "vector.npy", numpy.array([1.5, -2.0], "<f4"))
    numpy.save(here / "empty.npy", numpy.zeros((0, 3), "<f4"))
    numpy.save(here / "half-specials.npy", numpy.array([1e-7, -6e-8, 65504, numpy.inf, -numpy.inf, numpy.nan, -0.0], "<f2"))
    for major in [2, 3]:
        with open(here / f"version-{major}.npy", "wb") as file:
            numpy.lib.format.write_array(file, values.astype("<i2"), version=(major, 0))
    numpy.save(here / "object.npy", numpy.array([{}, None], object), allow_pickle=True)
    numpy.save(here / "structure.npy", numpy.zeros(2, [("a", "<f4"), ("b", "<i2")]))
    numpy.save(here / "complex.npy", numpy.zeros(2, "<c8"))
    members = {"weight": values.astype("<f4"), "bias": numpy.array([1.0, -1.0])}
    numpy.savez(here / "stored.npz", **members)
    numpy.savez_compressed(here / "deflated.npz", **members)


jpegs()
pngs()
arrays()
