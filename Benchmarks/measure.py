"""Times imgconv beside its peers and writes a Markdown table. Called by Benchmarks/run."""
import json
import os
import platform
import statistics
import subprocess
import sys
import time

import cv2
import numpy as np
import pyvips

TOOL, FOLDER, RESULTS = sys.argv[1:4]
PYTHON = sys.executable
RUNS = 9
KERNEL = "[[0,-1,0],[-1,5,-1],[0,-1,0]]"


def path(name):
    return os.path.join(FOLDER, name)


def make_pictures():
    """A 17.9-megapixel picture with the statistics of a photograph: the drawn harbour enlarged, with grain."""
    if os.path.exists(path("photo.jpg")):
        return
    root = os.path.dirname(os.path.dirname(os.path.abspath(__file__)))
    small = cv2.imread(os.path.join(root, "samples", "harbour.png"))
    big = cv2.resize(small, (5640, 3172), interpolation=cv2.INTER_CUBIC).astype(np.float32)
    grain = np.random.default_rng(1).normal(0, 3.5, big.shape[:2] + (3,)).astype(np.float32)
    photo = np.clip(big + cv2.GaussianBlur(grain, (0, 0), 0.6) * 1.6, 0, 255).astype(np.uint8)
    cv2.imwrite(path("photo.png"), photo)
    cv2.imwrite(path("photo.jpg"), photo, [cv2.IMWRITE_JPEG_QUALITY, 95])
    cv2.imwrite(path("small.png"), cv2.resize(small, (600, 400), interpolation=cv2.INTER_AREA))


def whole_processes(title, commands):
    """Medians of hyperfine over all commands in one run, with the size of what each wrote and its peak memory."""
    report = path("hyperfine.json")
    arguments = ["hyperfine", "-N", "--warmup", "1", "--runs", str(RUNS), "--export-json", report]
    subprocess.run(arguments + [command for _, command, _ in commands], check=True, stdout=subprocess.DEVNULL)
    with open(report) as file:
        medians = [result["median"] for result in json.load(file)["results"]]
    lines = [f"### {title}", "", "| | median s | ratio to imgconv | file MB | peak memory MB |", "|---|---|---|---|---|"]
    for (name, command, output), median in zip(commands, medians):
        timed = subprocess.run(["/usr/bin/time", "-f", "%M", *command_words(command)], capture_output=True, text=True)
        memory = int(timed.stderr.strip().splitlines()[-1]) / 1024
        size = os.path.getsize(output) / 1e6 if output else 0
        lines.append(f"| {name} | {median:.3f} | {median / medians[0]:.2f} | {size:.1f} | {memory:.0f} |")
    return lines + [""]


def command_words(command):
    import shlex

    return shlex.split(command)


def vips(code):
    return f"{PYTHON} -c \"import pyvips; {code}\""


def opencv(code):
    return f"{PYTHON} -c \"import cv2, numpy as np; {code}\""


def png_to_png():
    vips_code = (
        f"im=pyvips.Image.new_from_file('{path('photo.png')}',access='sequential');"
        f"im.conv(pyvips.Image.new_from_array({KERNEL}),precision='integer').write_to_file('{path('v%d.png')}',compression=%d)"
    )
    return whole_processes(
        "17.9 MP PNG → 3×3 sharpen → PNG, whole process",
        [
            ("imgconv", f"{TOOL} apply sharpen {path('photo.png')} {path('i.png')} --quiet", path("i.png")),
            ("imgconv --compression fast", f"{TOOL} apply sharpen {path('photo.png')} {path('if.png')} --quiet --compression fast", path("if.png")),
            ("libvips, level 1", vips(vips_code % (1, 1)), path("v1.png")),
            ("libvips, level 6", vips(vips_code % (6, 6)), path("v6.png")),
            ("OpenCV", opencv(f"im=cv2.imread('{path('photo.png')}');cv2.imwrite('{path('c.png')}',cv2.filter2D(im,-1,np.array({KERNEL},np.float32),borderType=cv2.BORDER_REPLICATE))"), path("c.png")),
        ],
    )


def jpeg_to_png():
    vips_code = (
        f"im=pyvips.Image.new_from_file('{path('photo.jpg')}',access='sequential');"
        f"im.gaussblur(5,precision='integer').write_to_file('{path('vj.png')}',compression=1)"
    )
    return whole_processes(
        "17.9 MP JPEG → Gaussian σ = 5 → PNG, whole process",
        [
            ("imgconv", f"{TOOL} apply gaussian:5 {path('photo.jpg')} {path('ij.png')} --quiet", path("ij.png")),
            ("libvips, level 1 (cut off at 1.8 σ)", vips(vips_code), path("vj.png")),
            ("OpenCV", opencv(f"im=cv2.imread('{path('photo.jpg')}');cv2.imwrite('{path('cj.png')}',cv2.GaussianBlur(im,(41,41),5,borderType=cv2.BORDER_REPLICATE))"), path("cj.png")),
        ],
    )


def start_up():
    return whole_processes(
        "Start-up, and a small picture",
        [
            ("imgconv apply, 600×400 PNG", f"{TOOL} apply sharpen {path('small.png')} {path('s.png')} --quiet", path("s.png")),
            ("imgconv --version", f"{TOOL} --version", None),
        ],
    )


def median_ms(body, budget=2.0):
    body()
    times = []
    start = time.perf_counter()
    while len(times) < 3 or (time.perf_counter() - start < budget and len(times) < 15):
        begin = time.perf_counter()
        body()
        times.append((time.perf_counter() - begin) * 1e3)
    return statistics.median(times)


def engine_rows(kernels, threads=2):
    photo = cv2.imread(path("photo.png"))
    cv2.setNumThreads(threads)
    pyvips.voperation.cache_set_max(0) if hasattr(pyvips.voperation, "cache_set_max") else None
    source = pyvips.Image.new_from_memory(photo.tobytes(), photo.shape[1], photo.shape[0], 3, "uchar")
    lines = [
        f"### Engine alone, 5640×3172×3 bytes, {threads} threads: ms from stored pixels to stored pixels",
        "",
        "imgconv is exact; OpenCV works in 32-bit floats; libvips rounds its coefficients to 8 bits and cuts Gaussians off at 1.8 σ.",
        "",
        "| kernel | imgconv | algorithm | OpenCV | libvips | faster peer ÷ imgconv |",
        "|---|---|---|---|---|---|",
    ]
    for name, opencv_call, vips_call in kernels(photo, source):
        ours = json.loads(
            subprocess.run(
                [TOOL, "bench", "conv", "--kernel", name, "--threads", str(threads), "--algorithm", "auto", "--json", "--runs", "7"],
                check=True, capture_output=True, text=True,
            ).stdout
        )["results"][0]
        peer = median_ms(opencv_call)
        other = median_ms(vips_call)
        lines.append(
            f"| {name} | {ours['ms_median']:.1f} | {ours['algorithm']} | {peer:.1f} | {other:.1f} | {min(peer, other) / ours['ms_median']:.2f} |"
        )
    return lines + [""]


def engine_kernels(photo, source):
    generator = np.random.default_rng(3)
    for side in (3, 5, 7, 9, 11, 15, 31):
        weights = generator.random((side, side)).astype(np.float32)
        weights /= weights.sum()
        mask = pyvips.Image.new_from_array((weights * 255 / weights.max()).round().tolist(), scale=float((weights * 255 / weights.max()).round().sum()))
        yield (
            f"random:{side}",
            lambda weights=weights: cv2.filter2D(photo, -1, weights, borderType=cv2.BORDER_REPLICATE),
            lambda mask=mask: source.conv(mask, precision="integer").write_to_memory(),
        )
    for sigma in (1, 2, 5, 20):
        side = 2 * int(4 * sigma + 0.5) + 1
        yield (
            f"gaussian:{sigma}",
            lambda sigma=sigma, side=side: cv2.GaussianBlur(photo, (side, side), sigma, borderType=cv2.BORDER_REPLICATE),
            lambda sigma=sigma: source.gaussblur(sigma, precision="integer").write_to_memory(),
        )
    yield (
        "box:15",
        lambda: cv2.blur(photo, (15, 15), borderType=cv2.BORDER_REPLICATE),
        lambda: source.conv(pyvips.Image.new_from_array([[1] * 15] * 15, scale=225), precision="integer").write_to_memory(),
    )


def environment():
    version = subprocess.run([TOOL, "--version"], capture_output=True, text=True).stdout.split("\n")
    cpu = next((line.split(":")[1].strip() for line in open("/proc/cpuinfo") if line.startswith("model name")), "?")
    libvips = ".".join(str(pyvips.version(i)) for i in range(3))
    return [
        f"{cpu}, {os.cpu_count()} processors; {platform.platform()}; "
        + ", ".join(line for line in version if line)
        + f"; OpenCV {cv2.__version__}, libvips {libvips}, Python {platform.python_version()}. "
        + "Peers run in Python, whose start is a part of their whole processes: "
        + f"{median_ms(lambda: subprocess.run([PYTHON, '-c', 'import pyvips'], check=True)) / 1e3:.2f} s with pyvips, "
        + f"{median_ms(lambda: subprocess.run([PYTHON, '-c', 'import cv2'], check=True)) / 1e3:.2f} s with OpenCV.",
        "",
    ]


def main():
    make_pictures()
    lines = ["# Results", "", "Made by `Benchmarks/run`, everything in one run.", ""]
    lines += environment() + png_to_png() + jpeg_to_png() + start_up() + engine_rows(engine_kernels)
    with open(RESULTS, "w") as file:
        file.write("\n".join(lines))
    print("\n".join(lines))


if __name__ == "__main__":
    main()
