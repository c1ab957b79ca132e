"""Inputs that are no images, or not what they seem, each a fault as in cases.py."""
import os
import shutil
import socket
import struct
import subprocess
import time
import zlib

from harness import ROOT, SLOW, Skipped, batch, check, chunk, fault, one_bad, png


# ---- What is no image ----------------------------------------------------------------------------------------------


def special(place, make, code="input.special"):
    place.images()
    place.expect("box3", "in")
    make(place.file("in/z.png"))
    done = batch(place, seconds=10)
    check(done.code == 0, f"ends with {done.code}: {done.errors}")
    check(f"[{code}]" in done.errors, f"expected {code}: {done.errors}")
    place.promises(log="log.jsonl", planned=5)
    place.complete()


def make_socket(path):
    server = socket.socket(socket.AF_UNIX)
    here = os.getcwd()
    os.chdir(os.path.dirname(path))
    server.bind(os.path.basename(path))
    os.chdir(here)


fault("a FIFO among the inputs")(lambda place: special(place, os.mkfifo))
fault("a socket among the inputs")(lambda place: special(place, make_socket))
fault("a link to /dev/zero among the inputs")(lambda place: special(place, lambda path: os.symlink("/dev/zero", path)))
fault("a link in a circle among the inputs")(lambda place: special(place, lambda path: os.symlink("..", path), "input.link"))
fault("a link to itself among the inputs")(lambda place: special(place, lambda path: os.symlink("z.png", path), "input.link"))
fault("a link to nothing among the inputs")(lambda place: special(place, lambda path: os.symlink("none", path), "input.link"))


# ---- Files that are not what they seem -----------------------------------------------------------------------------


def truncated(data):
    return data[: len(data) // 2]


def empty_chunks():
    head = png(64, 64)
    split = head.index(b"IDAT") - 4
    return head[:split] + chunk(b"IDAT", b"") * 300_000


def huge_text():
    head = png(64, 64)
    split = head.index(b"IDAT") - 4
    return head[:split] + chunk(b"zTXt", b"k\0\0" + zlib.compress(b"A" * (200 << 20))) + head[split:]


def declared(width, height):
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)) + chunk(b"IDAT", zlib.compress(b"\0" * 100)) + chunk(b"IEND", b"")


def jpeg_header(width, height, kind=0xC0):
    return b"\xff\xd8" + b"\xff" + bytes([kind]) + struct.pack(">HBHHB", 11, 8, height, width, 1) + b"\x01\x11\x00"


fault("half a PNG")(lambda place: one_bad(place, "b.png", truncated(png(90, 70)), "png.truncated"))
fault("a PNG with a wrong checksum")(lambda place: one_bad(place, "b.png", png(90, 70).replace(b"IEND\xae", b"IEND\xaf"), "png.crc"))
fault("an empty file")(lambda place: one_bad(place, "b.png", b"", "format.unsupported"))
fault("a GIF named .png")(lambda place: one_bad(place, "b.png", b"GIF89a" + b"\0" * 100, "format.unsupported"))
fault("a page named .jpg")(lambda place: one_bad(place, "b.jpg", b"<html>" * 50, "format.unsupported"))
fault("a PNG that declares more than its bytes can hold")(lambda place: one_bad(place, "b.png", declared(60000, 4000), "png.truncated"))
fault("a PNG of 2³¹ − 1 pixels a side")(lambda place: one_bad(place, "b.png", declared(2**31 - 1, 2**31 - 1), "limit.dimension"))
fault("300,000 empty chunks in a PNG")(lambda place: one_bad(place, "b.png", empty_chunks(), "png.truncated"))
fault("a text of 200 MB, packed, in a PNG")(lambda place: harmless(place, huge_text()))
fault("a JPEG without pixels")(lambda place: one_bad(place, "b.jpg", jpeg_header(100, 100) + b"\xff\xd9", "jpeg.corrupt"))
fault("a JPEG of 65,000 by 65,000")(lambda place: one_bad(place, "b.jpg", jpeg_header(65000, 65000) + b"\xff\xda\0\x08\x01\x01\0\0\x3f\0" + b"\0" * 100, "limit.pixels"))
fault("a million bytes of filling between a JPEG's markers")(lambda place: one_bad(place, "b.jpg", b"\xff\xd8" + b"\xff" * 1_000_000, "jpeg.truncated"))
fault("100,000 comments in a JPEG")(lambda place: one_bad(place, "b.jpg", b"\xff\xd8" + b"\xff\xfe\x00\x04ab" * 100_000, "jpeg.truncated"))


def harmless(place, data):
    """A file that is read in spite of what it holds."""
    place.images(1)
    place.expect("box3", "in")
    place.write("in/z.png", data)
    place.inputs = place.tree("in")
    done = batch(place, seconds=20)
    check(done.code in (0, 1), f"ends with {done.code}: {done.errors}")
    check(done.peak < 100 << 20, f"takes {done.peak >> 20} MiB")


@fault("a JPEG of 3,000 scans")
def scan_bomb(place):
    with open(os.path.join(ROOT, "Tests/CodecsTests/Fixtures/420-progressive.jpg"), "rb") as file:
        data = file.read()
    last = data.rindex(b"\xff\xda")
    bomb = data[:last] + data[last:-2] * 3000 + b"\xff\xd9"
    place.images()
    place.expect("box3", "in")
    place.write("in/b.jpg", bomb)
    place.inputs = place.tree("in")
    # The scans are out of order, which is damage; that it is put up with does not lift the limit.
    done = batch(place, "--fail-on", "none", seconds=20)
    check(done.code == 1 and "[limit.scans]" in done.errors, f"ends with {done.code}: {done.errors}")
    place.promises(log="log.jsonl", planned=5)
    place.complete()


@fault("no process is started and no input is mapped, whatever there is to read")
def alone(place):
    if not shutil.which("strace"):
        raise Skipped("strace is not installed")
    place.images(3)
    place.expect("box3", "in")
    place.write("in/$(touch ran).png", place.read("in/0.png"))
    place.write("in/|touch ran.png", b"no image")
    done = place.run(
        "batch", "box3", "in", "--out", "out", "--threads", "3",
        trace=["strace", "-f", "-y", "-qq", "-e", "trace=execve,execveat,fork,vfork,clone,clone3,mmap", "-o", place.file("trace")])
    check(done.code == 1, f"ends with {done.code}: {done.errors}")
    lines = place.read("trace").decode(errors="replace").splitlines()
    check(sum("exec" in line for line in lines) == 1, "a program was started")
    check(not any("fork(" in line or ("clone" in line and "CLONE_THREAD" not in line and "resumed" not in line) for line in lines), "a process was started")
    check(not any("mmap" in line and place.path in line for line in lines), "a file was mapped")
    check(not os.path.exists(place.file("ran")), "a name was run")


@fault("an input is cut while it is read")
def cut_while_read(place):
    place.images(1, 700, 500)
    place.expect("box3", "in")
    process = place.start(
        "batch", "box3", "in", "--out", "out", trace=["strace", "-f", "-qq", "-o", "/dev/null", "-e", "inject=read:delay_exit=20000"])
    while not place.tree("out"):
        time.sleep(0.005)
        if process.poll() is not None:
            break
    os.truncate(place.file("in/0.png"), 70_000)
    _, errors = process.communicate(timeout=60)
    check(process.returncode in (0, 1), f"ends with {process.returncode}: {errors}")
    place.inputs = place.tree("in")
    place.promises()


@fault("an input is replaced while the batch runs")
def replaced_while_read(place):
    place.images(2, 400, 300)
    place.expect("gaussian:3", "in", *SLOW)
    process = place.start("batch", "gaussian:3", "in", "--out", "out", "--threads", "1", "--log", "log.jsonl", *SLOW)
    while not place.tree("out"):
        time.sleep(0.005)
    place.write("in/new", png(400, 300, 99))
    os.rename(place.file("in/new"), place.file("in/1.png"))
    process.communicate(timeout=60)
    # The log knows the old file: the next run does it again.
    done = place.run("batch", "gaussian:3", "in", "--out", "out", "--log", "log.jsonl", "--resume", *SLOW)
    check("1 done, 1 unchanged" in done.errors, done.errors)
