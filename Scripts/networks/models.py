"""The models of rapidocr-onnxruntime on a photograph with words drawn on it, each compared by compare.py.

Usage: models.py FOLDER PHOTO IMGCONV, with the package's wheel in FOLDER.
"""

import subprocess
import sys
import zipfile
from pathlib import Path

import numpy as np
from PIL import Image, ImageDraw, ImageFont


def normalized(image, mean, deviation):
    samples = (np.asarray(image, np.float32) / 255 - np.float32(mean)) / np.float32(deviation)
    return np.ascontiguousarray(samples.transpose(2, 0, 1)[None], np.float32)


def main():
    folder, photo, imgconv = Path(sys.argv[1]), sys.argv[2], sys.argv[3]
    wheel = next(folder.glob("*.whl"))
    with zipfile.ZipFile(wheel) as archive:
        names = [name for name in archive.namelist() if name.endswith(".onnx")]
        archive.extractall(folder, names)
    scene = Image.open(photo).convert("RGB").resize((640, 640))
    draw = ImageDraw.Draw(scene)
    draw.text((40, 60), "Feature maps", font=ImageFont.load_default(56), fill="white")
    draw.text((60, 420), "convolution by kernels", font=ImageFont.load_default(44), fill="yellow")
    line = scene.crop((40, 60, 40 + 400, 60 + 60)).resize((320, 48))
    inputs = {
        "det": normalized(scene, [0.485, 0.456, 0.406], [0.229, 0.224, 0.225]),
        "cls": normalized(line.resize((192, 48)), [0.5] * 3, [0.5] * 3),
        "rec": normalized(line, [0.5] * 3, [0.5] * 3),
    }
    failed = False
    for part, array in inputs.items():
        np.save(folder / f"{part}.npy", array)
        model = next(name for name in names if f"_{part}_" in name)
        print(f"{part}:", flush=True)
        result = subprocess.run(
            [sys.executable, Path(__file__).with_name("compare.py"), imgconv, folder / model, folder / f"{part}.npy"])
        failed = failed or result.returncode != 0
    sys.exit(1 if failed else 0)


main()
