"""Faults at system calls, injected by strace: each call between the open of a file and its rename fails, or is the last of its process."""
import os
import re
import shutil
import subprocess

from harness import Skipped, check

# What a failed call is answered with: any of the codes, or 0 where the output is whole all the same.
ERRORS = {
    "openat": ["ENOSPC", "EMFILE", "EIO"], "read": ["EIO"], "write": ["ENOSPC", "EIO", "EDQUOT"], "lseek": ["EIO"],
    "close": ["EIO", "ENOSPC"], "rename": ["ENOSPC", "EIO", "EROFS"], "renameat2": ["ENOSPC", "EIO"], "fsync": ["EIO", "ENOSPC"],
    "fchmod": ["EPERM"], "mkdir": ["ENOSPC", "EROFS"], "newfstatat": ["EIO"],
}
CODES = {0, 1, 65, 66, 73, 74, 75, 77}


def strace(*options):
    return ["strace", "-f", "-qq", "-o", "/dev/null", *options]


def calls(place, command):
    """The calls of a run that concern inputs or outputs: (name, number among the calls of its name and thread)."""
    trace = place.file("trace")
    place.run(*command, trace=["strace", "-f", "-y", "-qq", "-e", "trace=" + ",".join(ERRORS), "-o", trace])
    counts, found = {}, set()
    with open(trace, errors="replace") as lines:
        for line in lines:
            match = re.match(r"(\d+) +(\w+)\((.*)", line)
            if not match:
                continue
            thread, name, rest = match.groups()
            counts[thread, name] = counts.get((thread, name), 0) + 1
            if place.path in rest or '"in/' in rest or '"out' in rest:
                found.add((name, counts[thread, name]))
    os.remove(trace)
    return sorted(found)


def disturbances(place):
    """(name, function) of every fault, for `apply` and for `batch`."""
    if not shutil.which("strace"):
        raise Skipped("strace is not installed")
    probe = subprocess.run(strace("true"), capture_output=True)
    if probe.returncode != 0:
        raise Skipped("strace may not trace here")
    place.images(1)
    place.expect("box3", "in")
    apply = ("apply", "box3", "in/0.png", "out/0.png", "--threads", "1", "--quiet")
    batch = ("batch", "box3", "in", "--out", "out", "--threads", "1", "--quiet", "--log", "log.jsonl", "--fsync", "each")
    for title, command, free in [("apply", apply, True), ("batch", batch, False)]:
        fresh(place, free)
        for name, number in calls(place, command):
            for error in ERRORS[name]:
                yield f"{title}: {error} at {name} {number}", lambda c=command, f=free, n=name, k=number, e=error: fail(place, c, f, n, k, e)
            yield f"{title}: SIGKILL at {name} {number}", lambda c=command, f=free, n=name, k=number: die(place, c, f, n, k)


def fresh(place, makes_folder):
    shutil.rmtree(place.file("out"), ignore_errors=True)
    if os.path.exists(place.file("log.jsonl")):
        os.remove(place.file("log.jsonl"))
    if makes_folder:
        os.mkdir(place.file("out"))


def fail(place, command, makes_folder, name, number, error):
    fresh(place, makes_folder)
    done = place.run(*command, trace=strace("-e", f"inject={name}:error={error}:when={number}"))
    # The loader's calls come before ours.
    check(done.code in CODES or "loading shared libraries" in done.errors, f"ends with {done.code}: {done.errors}")
    place.promises()
    if done.code == 0:
        place.complete()


def die(place, command, makes_folder, name, number):
    fresh(place, makes_folder)
    done = place.run(*command, trace=strace("-e", f"inject={name}:signal=SIGKILL:when={number}"))
    check(done.code in (0, 137), f"ends with {done.code}: {done.errors}")
    place.promises(temporaries=True)
    again = place.run(*command, "--resume" if command[0] == "batch" else "--force")
    check(again.code == 0, f"the run after it ends with {again.code}: {again.errors}")
    # apply does not clean the folder of others; a batch does.
    place.promises(temporaries=command[0] == "apply")
    if command[0] == "batch":
        place.complete()
