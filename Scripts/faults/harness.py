"""What every fault needs: images, a place to work in, runs with limits, and the promises that are checked after each."""
import hashlib
import os
import resource
import shutil
import signal
import struct
import subprocess
import tempfile
import time
import zlib

ROOT = os.path.dirname(os.path.dirname(os.path.dirname(os.path.abspath(__file__))))
TOOL = os.environ.get("IMGCONV_BINARY", os.path.join(ROOT, ".build/release/imgconv"))


class Broken(Exception):
    """A promise that was not kept."""


class Skipped(Exception):
    """Something this machine cannot do."""


def check(condition, text):
    if not condition:
        raise Broken(text)


def chunk(kind, data):
    return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))


def png(width, height, seed=1, interlaced=False, rows=None):
    """An RGB PNG of noise; `rows` of it where it should be short, `interlaced` in name only where rows are few."""
    header = struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 1 if interlaced else 0)
    count = height if rows is None else rows
    state, data = seed * 2654435761 % 2**32, bytearray()
    for _ in range(count):
        state = (state * 1664525 + 1013904223) % 2**32
        line = hashlib.shake_128(struct.pack(">I", state)).digest(width * 3)
        data += b"\0" + line
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", header) + chunk(b"IDAT", zlib.compress(bytes(data), 1)) + chunk(b"IEND", b"")


def peak_memory(pid):
    """The most memory that a running process has held, in bytes; 0 where it is gone."""
    try:
        with open(f"/proc/{pid}/status") as lines:
            return next((int(line.split()[1]) << 10 for line in lines if line.startswith("VmHWM:")), 0)
    except OSError:
        return 0


def open_files(pid):
    """How many files a running process has open; 0 where it is gone."""
    try:
        return len(os.listdir(f"/proc/{pid}/fd"))
    except OSError:
        return 0


class Result:
    def __init__(self, code, errors, output, seconds, peak, files):
        self.code, self.errors, self.output, self.seconds, self.peak, self.files = code, errors, output, seconds, peak, files


class Place:
    """A folder with inputs in it, what a faultless run makes of them, and the means to disturb one."""

    def __init__(self):
        self.path = tempfile.mkdtemp(prefix="imgconv-faults-")
        self.mounts = []

    def close(self):
        for mount in reversed(self.mounts):
            subprocess.run(["umount", "-l", mount], capture_output=True)
        shutil.rmtree(self.path, ignore_errors=True)

    def file(self, name):
        return os.path.join(self.path, name)

    def write(self, name, data):
        os.makedirs(os.path.dirname(self.file(name)), exist_ok=True)
        with open(self.file(name), "wb") as file:
            file.write(data)

    def read(self, name):
        with open(self.file(name), "rb") as file:
            return file.read()

    def images(self, count=4, width=90, height=70):
        for index in range(count):
            self.write(f"in/{index}.png", png(width, height, index + 1))

    def tmpfs(self, name, size, options=""):
        os.makedirs(self.file(name), exist_ok=True)
        done = subprocess.run(
            ["mount", "-t", "tmpfs", "-o", f"size={size}{options}", "tmpfs", self.file(name)], capture_output=True)
        if done.returncode != 0:
            raise Skipped("tmpfs cannot be mounted")
        self.mounts.append(self.file(name))

    def start(self, *arguments, limits=(), trace=(), **options):
        def prepare():
            # What this program was started to ignore, its children would.
            for number in (signal.SIGINT, signal.SIGHUP):
                signal.signal(number, signal.SIG_DFL)
            for what, value in limits:
                resource.setrlimit(what, (value, value))

        line = [*trace, TOOL, *arguments]
        return subprocess.Popen(
            line, cwd=self.path, stdin=options.get("stdin", subprocess.DEVNULL),
            stdout=options.get("stdout", subprocess.PIPE), stderr=options.get("stderr", subprocess.PIPE), preexec_fn=prepare)

    def run(self, *arguments, seconds=60, **options):
        begin = time.monotonic()
        # Files, not pipes: nothing has to be read while the process runs.
        with tempfile.TemporaryFile() as output, tempfile.TemporaryFile() as errors:
            options.setdefault("stdout", output)
            options.setdefault("stderr", errors)
            process = self.start(*arguments, **options)
            # The system's own account of a child begins with the memory of this program.
            peak = files = 0
            while process.poll() is None:
                peak = max(peak, peak_memory(process.pid))
                files = max(files, open_files(process.pid))
                if time.monotonic() - begin > seconds:
                    process.kill()
                    process.wait()
                    raise Broken(f"hangs: {' '.join(arguments)}")
                time.sleep(0.002)
            output.seek(0)
            errors.seek(0)
            code = process.returncode if process.returncode >= 0 else 128 - process.returncode
            return Result(code, errors.read().decode(errors="replace"), output.read(), time.monotonic() - begin, peak, files)

    def tree(self, name):
        """The bytes of every file below a folder, temporary ones too."""
        files = {}
        top = self.file(name)
        for folder, _, names in os.walk(top):
            for each in names:
                path = os.path.join(folder, each)
                if os.path.isfile(path) and not os.path.islink(path):
                    with open(path, "rb") as file:
                        files[os.path.relpath(path, top)] = file.read()
        return files

    def expect(self, *arguments):
        """Runs a batch without disturbance and keeps what it makes, to compare with."""
        done = self.run("batch", *arguments, "--out", "expected", "--quiet")
        check(done.code in (0, 1), f"the undisturbed run ends with {done.code}: {done.errors}")
        self.expected = self.tree("expected")
        self.inputs = self.tree("in")
        return self.expected

    def promises(self, out="out", old=None, log=None, planned=None, temporaries=False):
        """Inputs are as they were; under final names are whole files only, new or old; no temporary; one record a file."""
        check(self.tree("in") == self.inputs, "an input was changed")
        for name, data in self.tree(out).items():
            if os.path.basename(name).startswith(".imgconv-"):
                check(temporaries, f"a temporary file is left: {name}")
                continue
            check(data == self.expected.get(name) or data == (old or {}).get(name), f"{name} is neither whole nor old")
        for name in old or {}:
            check(name in self.tree(out), f"the old output {name} is gone")
        if log:
            lines = self.read(log).decode().splitlines()
            check(len(lines) == planned, f"{len(lines)} records, {planned} files")
            paths = [line.split('"path":"')[1].split('"')[0] for line in lines]
            check(len(set(paths)) == len(paths), "a file has two records")

    def complete(self, out="out"):
        check(self.tree(out) == self.expected, f"{out} is not what an undisturbed run makes")


# ---- Faults --------------------------------------------------------------------------------------------------------

# (name, function of a fresh place) of each.
CASES = []
SLOW = ("--algorithm", "reference")


def fault(name):
    def add(function):
        CASES.append((name, function))
        return function

    return add


def batch(place, *more, **options):
    return place.run("batch", "box3", "in", "--out", "out", "--log", "log.jsonl", *more, **options)


def one_bad(place, name, data, code, seconds=20):
    """One bad file among good ones: it alone fails, with its code, and the rest is whole."""
    place.images()
    place.expect("box3", "in")
    place.write(f"in/{name}", data)
    place.inputs = place.tree("in")
    done = batch(place, seconds=seconds)
    check(done.code == 1, f"ends with {done.code}: {done.errors}")
    check(f"[{code}]" in done.errors, f"expected {code}: {done.errors}")
    place.promises(log="log.jsonl", planned=5)
    place.complete()
    check(done.peak < 100 << 20, f"takes {done.peak >> 20} MiB")
