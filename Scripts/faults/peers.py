"""The same faults for imgconv, vips and ImageMagick: what is left under the final name, and what the exit code says."""
import os
import shutil
import signal
import subprocess
import time

from harness import TOOL, Place, Skipped, png

MASK = "3 3 1 0\n0 -1 0\n-1 5 -1\n0 -1 0\n"
MAGICK = shutil.which("convert-im6") or shutil.which("magick")
MOGRIFY = shutil.which("mogrify-im6") or shutil.which("mogrify")


def one(tool, source, target):
    """The command that sharpens one file."""
    return {
        "imgconv": [TOOL, "apply", "sharpen", source, target, "--quiet"],
        "vips": ["vips", "conv", source, target, "mask.mat"],
        "ImageMagick": [MAGICK, source, "-morphology", "Convolve", "3x3: 0,-1,0 -1,5,-1 0,-1,0", "-strip", "-define",
            "png:exclude-chunks=date,time", target],
    }[tool]


def many(tool, folder):
    """The command that makes PNGs in `out` of all that `in` holds."""
    names = sorted(os.path.join("in", name) for name in os.listdir(os.path.join(folder, "in")))
    return {
        "imgconv": [TOOL, "batch", "sharpen", "in", "--out", "out", "--format", "png", "--quiet"],
        "vips": ["vipsthumbnail", "--size", "50", "-o", os.path.join(folder, "out/%s.png"), *names],
        "ImageMagick": [MOGRIFY, "-path", "out", "-format", "png", "-blur", "0x1", *names],
    }[tool]


def run(place, line, prefix=(), seconds=10, stop=None):
    """The exit code of a command, `hangs`, or the code after a signal was sent in the middle."""
    process = subprocess.Popen(
        [*prefix, *line], cwd=place.path, stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    if stop:
        # As soon as there is something under any name, the output is being written.
        deadline = time.monotonic() + 10
        while process.poll() is None and time.monotonic() < deadline:
            if any(os.path.getsize(os.path.join(place.file("out"), name)) for name in os.listdir(place.file("out"))):
                process.send_signal(stop)
                break
    try:
        code = process.wait(timeout=seconds)
    except subprocess.TimeoutExpired:
        process.kill()
        process.wait()
        return "hangs"
    return f"exit {code}" if code >= 0 else f"killed by {signal.Signals(-code).name}"


def left(place, whole, old=None, name="out/0.png"):
    """What stands under the final name, and beside it."""
    path = place.file(name)
    if not os.path.exists(path):
        state = "no file"
    else:
        data = place.read(name)
        state = "whole file" if data == whole else "old file kept" if data == old else "**broken file**"
    rest = [each for each in os.listdir(os.path.dirname(path)) if each != os.path.basename(path)]
    return state + (f", {len(rest)} temporary" if rest else "")


def prepared(tool, size=(200, 200)):
    place = Place()
    place.write("mask.mat", MASK.encode())
    place.write("in/0.png", png(*size))
    os.mkdir(place.file("out"))
    run(place, one(tool, "in/0.png", "whole.png"), seconds=60)
    return place, place.read("whole.png")


def single(prefix=(), disk=None, old=None, stop=None, size=(200, 200)):
    """A fault while one file is filtered."""

    def attempt(tool):
        place, whole = prepared(tool, size)
        try:
            if disk:
                place.tmpfs("out", disk)
            if old:
                place.write("out/0.png", old)
            said = run(place, one(tool, "in/0.png", "out/0.png"), prefix, stop=stop)
            return f"{said}; {left(place, whole, old)}"
        finally:
            place.close()

    return attempt


def write_fault(what):
    """A fault of every write."""
    prefix = ["strace", "-f", "-qq", "-o", "/dev/null", "-e", f"inject=write:{what}:when=1+"]
    return single(prefix=prefix)


def fifo(tool):
    place, whole = prepared(tool)
    os.remove(place.file("in/0.png"))
    os.mkfifo(place.file("in/0.png"))
    said = run(place, one(tool, "in/0.png", "out/0.png"), seconds=5)
    result = f"{said}; {left(place, whole)}"
    place.close()
    return result


def onto_itself(tool):
    place, whole = prepared(tool)
    before = place.read("in/0.png")
    place.tmpfs("tight", "160k")
    place.write("tight/0.png", before)
    said = run(place, one(tool, "tight/0.png", "tight/0.png"))
    state = left(place, whole, before, "tight/0.png").replace("old file kept", "input kept").replace("broken file", "input lost")
    place.close()
    return f"{said}; {state}"


def clash(tool):
    place, _ = prepared(tool)
    run(place, one(tool, "in/0.png", "in/0.jpg"))
    said = run(place, many(tool, place.path))
    count = len(os.listdir(place.file("out")))
    place.close()
    return f"{said}; {count} of 2 outputs" + (", **one lost**" if count == 1 else "")


def bad_among_good(tool):
    place, _ = prepared(tool)
    for index in range(1, 4):
        place.write(f"in/{index}.png", png(60, 40, index))
    place.write("in/2.png", place.read("in/1.png")[:2000])
    said = run(place, many(tool, place.path))
    count = len(os.listdir(place.file("out")))
    place.close()
    return f"{said}; {count} outputs of 3 good files"


def half(ending):
    """The first half of an image as an input."""

    def attempt(tool):
        place, whole = prepared(tool)
        try:
            source = "in/0.png"
            if ending == "jpg":
                run(place, one("imgconv", "in/0.png", "in/0.jpg"))
                source = "in/0.jpg"
            data = place.read(source)
            place.write(source, data[: len(data) // 2])
            said = run(place, one(tool, source, "out/0.png"))
            state = left(place, whole).replace("broken file", "output of half an image")
            return f"{said}; {state}"
        finally:
            place.close()

    return attempt


FAULTS = [
    ("disk full", single(disk="32k")),
    ("disk full, an old output there", single(disk="32k", old=b"old")),
    ("SIGKILL while the output is written", single(stop=signal.SIGKILL, size=(1500, 1500))),
    ("SIGTERM while the output is written", single(stop=signal.SIGTERM, size=(1500, 1500))),
    ("I/O errors at writes", write_fault("error=EIO")),
    ("half a PNG", half("png")),
    ("half a JPEG", half("jpg")),
    ("a FIFO that nobody writes to", fifo),
    ("the input is the output, room for one", onto_itself),
    ("`0.png` and `0.jpg` to PNG", clash),
    ("one of four files is cut", bad_among_good),
]


def table():
    """Prints the table; a tool that is not installed has no column."""
    tools = ["imgconv"]
    if shutil.which("vips") and shutil.which("vipsthumbnail"):
        tools.append("vips")
    if MAGICK and MOGRIFY:
        tools.append("ImageMagick")
    print(f"| | {' | '.join(tools)} |\n|{'---|' * (len(tools) + 1)}")
    for name, attempt in FAULTS:
        cells = []
        for tool in tools:
            try:
                cells.append(attempt(tool))
            except Skipped as reason:
                cells.append(str(reason))
        print(f"| {name} | {' | '.join(cells)} |")
    return 0
