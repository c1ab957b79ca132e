"""Named faults, each a function of a fresh place: what is disturbed, and what must hold all the same."""
import os
import random
import resource
import shutil
import signal
import subprocess
import time

from harness import SLOW, Broken, batch, check, fault, png


# ---- Disks ---------------------------------------------------------------------------------------------------------


@fault("the disk of the outputs is full")
def full_disk(place):
    place.images(8)
    place.expect("box3", "in")
    place.tmpfs("out", "64k")
    done = batch(place)
    check(done.code == 1 and "[io.full]" in done.errors, f"ends with {done.code}: {done.errors}")
    place.promises(log="log.jsonl", planned=8)
    check(len(place.tree("out")) > 0, "what fits was not made")


@fault("the disk is full, then has room, and the run is resumed")
def full_then_resumed(place):
    full_disk(place)
    subprocess.run(["mount", "-o", "remount,size=4m", place.file("out")], check=True)
    done = batch(place, "--resume")
    check(done.code == 0, f"ends with {done.code}: {done.errors}")
    place.complete()


@fault("the disk of the log is full")
def full_log(place):
    place.images()
    place.expect("box3", "in")
    place.tmpfs("small", "4k")
    place.write("small/filler", b"x" * 4096)
    done = place.run("batch", "box3", "in", "--out", "out", "--log", "small/log.jsonl")
    check(done.code == 74, f"ends with {done.code}: {done.errors}")
    place.promises()


@fault("the disk of the log fills up on the way, then has room, and the run is resumed")
def log_fills_up(place):
    place.images(40, 60, 40)
    place.expect("box3", "in")
    place.tmpfs("small", "4k")
    arguments = ("batch", "box3", "in", "--out", "out", "--log", "small/log.jsonl")
    done = place.run(*arguments)
    check(done.code == 74 and " left;" in done.errors and "[io.full]" in done.errors, f"ends with {done.code}: {done.errors}")
    place.promises()
    subprocess.run(["mount", "-o", "remount,size=1m", place.file("small")], check=True)
    done = place.run(*arguments, "--resume")
    check(done.code == 0, f"ends with {done.code}: {done.errors}")
    place.promises(log="small/log.jsonl", planned=40)
    place.complete()


@fault("the disk is full and an old output is there")
def full_disk_old(place):
    place.images(1, 200, 200)
    place.expect("box3", "in")
    place.tmpfs("out", "64k")
    place.write("out/0.png", b"old")
    done = batch(place, "--force")
    check(done.code == 1, f"ends with {done.code}: {done.errors}")
    place.promises(old={"0.png": b"old"})


@fault("the folder of outputs is read-only")
def read_only(place):
    place.images()
    place.expect("box3", "in")
    place.tmpfs("out", "1m", ",ro")
    done = batch(place)
    check(done.code == 77, f"ends with {done.code}: {done.errors}")


@fault("/dev/full takes the output of apply")
def dev_full(place):
    place.images(1)
    place.expect("box3", "in")
    with open("/dev/full", "wb") as full:
        done = place.run("apply", "box3", "in/0.png", "-", stdout=full)
    check(done.code == 74, f"ends with {done.code}: {done.errors}")


# ---- Limits --------------------------------------------------------------------------------------------------------


@fault("files may have 20 kB (SIGXFSZ)")
def file_size(place):
    place.images()
    place.expect("box3", "in")
    done = batch(place, limits=[(resource.RLIMIT_FSIZE, 10_000)])
    check(done.code == 1 and "[io.full]" in done.errors, f"ends with {done.code}: {done.errors}")
    place.promises(log="log.jsonl", planned=4)


@fault("a process may have 12 open files, and there are 40 to do")
def descriptors(place):
    place.images(40)
    place.expect("box3", "in")
    done = batch(place, "--threads", "2", limits=[(resource.RLIMIT_NOFILE, 12)])
    check(done.code == 0, f"ends with {done.code}: {done.errors}")
    place.complete()


@fault("10,000 tiny files, in flat memory and few open files")
def ten_thousand(place):
    image = png(16, 12)
    for index in range(10_000):
        place.write(f"in/{index // 100}/{index}.png", image)
    place.inputs = place.tree("in")
    done = batch(place, "--threads", "2")
    check(done.code == 0 and "10000 done;" in done.errors, f"ends with {done.code}: {done.errors}")
    check(len(set(place.tree("out").values())) == 1, "one input has several outputs")
    check(done.peak < 64 << 20, f"takes {done.peak >> 20} MiB")
    check(done.files < 20, f"has {done.files} open files")


@fault("a process may have no open file more")
def no_descriptors(place):
    place.images()
    place.expect("box3", "in")
    done = batch(place, limits=[(resource.RLIMIT_NOFILE, 5)])
    check(done.code in (1, 66, 73, 74, 127), f"ends with {done.code}: {done.errors}")
    place.promises()


@fault("eight images held whole by eight threads, in memory for two")
def memory_is_shared(place):
    width, height = 1500, 1500
    for index in range(8):
        place.write(f"in/{index}.png", png(width, height, index, interlaced=True))
    place.inputs = place.tree("in")
    place.expected = {}
    # An interlaced image in name only is damaged, but is held whole all the same.
    done = batch(place, "--threads", "8", "--max-memory", "20M", "--fail-on", "none", "--format", "jpeg", seconds=120)
    check(done.code == 0, f"ends with {done.code}: {done.errors}")
    check(len(place.tree("out")) == 8, "not all outputs are there")
    check(done.peak < 56 << 20, f"takes {done.peak >> 20} MiB")


@fault("a process may have 100 MB of address space, and there are 16 threads")
def address_space(place):
    place.images(12, 700, 500)
    place.expect("box3", "in")
    done = batch(place, "--threads", "16", limits=[(resource.RLIMIT_AS, 100 << 20)])
    check(done.code == 0, f"ends with {done.code}: {done.errors}")
    place.promises(log="log.jsonl", planned=12)
    place.complete()


@fault("one image needs more memory than there may be")
def memory_of_one(place):
    place.images()
    place.expect("box3", "in")
    place.write("in/big.png", png(3000, 2000, interlaced=True))
    place.inputs = place.tree("in")
    done = batch(place, "--max-memory", "10M")
    check(done.code == 1 and "[limit.memory]" in done.errors, f"ends with {done.code}: {done.errors}")
    place.promises(log="log.jsonl", planned=5)
    place.complete()


@fault("a file takes longer than --timeout")
def timeout(place):
    place.images(2, 800, 600)
    place.expect("box3", "in")
    done = place.run("batch", "gaussian:100", "in", "--out", "out", "--timeout", "0.2", *SLOW)
    check(done.code == 1 and "[limit.time]" in done.errors, f"ends with {done.code}: {done.errors}")
    place.promises()


# ---- Signals -------------------------------------------------------------------------------------------------------


def interrupted(place, signals, code, kernel="gaussian:30"):
    place.images(6, 400, 300)
    place.expect("box3", "in")
    place.write("out/0.png", b"old")
    process = place.start("batch", kernel, "in", "--out", "out", "--force", *SLOW)
    deadline = time.monotonic() + 20
    while len(place.tree("out")) < 2 and time.monotonic() < deadline:
        time.sleep(0.01)
    begin = time.monotonic()
    for number in signals:
        process.send_signal(number)
        time.sleep(0.1)
    try:
        _, errors = process.communicate(timeout=20)
    except subprocess.TimeoutExpired:
        process.kill()
        raise Broken("does not end") from None
    seconds = time.monotonic() - begin
    check(process.returncode == code, f"ends with {process.returncode}: {errors}")
    check(seconds < 2, f"takes {seconds:.1f} s")
    if len(signals) == 1:
        check(b"left" in errors, "says nothing of what is left")
    place.promises(old={"0.png": b"old"})


for names, code in [(("SIGINT",), 130), (("SIGTERM",), 143), (("SIGHUP",), 129), (("SIGUSR1",), 75), (("SIGINT", "SIGINT"), 130)]:
    numbers = [getattr(signal, name) for name in names]
    fault(" and ".join(names) + " in the middle")(lambda place, n=numbers, c=code: interrupted(place, n, c))


@fault("SIGKILL at five moments, resumed each time")
def killed_and_resumed(place):
    place.images(30, 200, 150)
    place.expect("box3", "in")
    generator = random.Random(7)
    for moment in range(5):
        shutil.rmtree(place.file("out"), ignore_errors=True)
        if os.path.exists(place.file("log.jsonl")):
            os.remove(place.file("log.jsonl"))
        process = place.start("batch", "box3", "in", "--out", "out", "--log", "log.jsonl")
        time.sleep(generator.uniform(0.01, 0.12))
        process.kill()
        process.communicate()
        place.promises(temporaries=True)
        done = batch(place, "--resume")
        check(done.code == 0, f"ends with {done.code}: {done.errors}")
        place.promises(log="log.jsonl", planned=30)
        place.complete()


@fault("a closed pipe")
def closed_pipe(place):
    place.images(1)
    place.expect("box3", "in")
    reading, writing = os.pipe()
    os.close(reading)
    done = place.run("apply", "box3", "in/0.png", "-", stdout=writing)
    os.close(writing)
    check(done.code == 0 and not done.errors, f"ends with {done.code}: {done.errors}")


# ---- Two at a time -------------------------------------------------------------------------------------------------


@fault("two runs make one folder at a time")
def race(place):
    place.images(20)
    place.expect("box3", "in")
    runs = [place.start("batch", "box3", "in", "--out", "out", "--force") for _ in range(2)]
    codes = [(run.communicate(timeout=60), run.returncode)[1] for run in runs]
    check(codes == [0, 0], f"they end with {codes}")
    place.promises()
    place.complete()


@fault("two runs that must not replace make one folder at a time")
def race_without_force(place):
    place.images(20)
    place.expect("box3", "in")
    runs = [place.start("batch", "box3", "in", "--out", "out") for _ in range(2)]
    codes = [(run.communicate(timeout=60), run.returncode)[1] for run in runs]
    check(set(codes) <= {0, 1, 73}, f"they end with {codes}")
    place.promises()
    place.complete()


@fault("two runs have one log")
def one_log(place):
    place.images(4, 400, 300)
    place.expect("box3", "in")
    first = place.start("batch", "gaussian:20", "in", "--out", "other", "--log", "log.jsonl", *SLOW)
    while not os.path.exists(place.file("log.jsonl")):
        time.sleep(0.01)
    done = batch(place, "--resume")
    first.kill()
    first.communicate()
    check(done.code == 73 and "[log.busy]" in done.errors, f"ends with {done.code}: {done.errors}")


@fault("parts and threads of any number make one tree")
def parts(place):
    place.images(17)
    place.expect("box3", "in")
    for count, threads in [(1, 5), (2, 1), (3, 2), (7, 3)]:
        shutil.rmtree(place.file("out"), ignore_errors=True)
        for index in range(count):
            done = place.run(
                "batch", "box3", "in", "--out", "out", "--shard", f"{index}/{count}", "--threads", str(threads), "--log",
                f"part-{index}.jsonl", "--force")
            check(done.code in (0, 66), f"part {index}/{count} ends with {done.code}: {done.errors}")
        place.complete()
        merged = place.run("merge-logs", *[f"part-{index}.jsonl" for index in range(count)])
        check(merged.code == 0 and "17 of 17" in merged.errors, merged.errors)


# ---- Names ---------------------------------------------------------------------------------------------------------


@fault("a.png and a.jpg become one a.png")
def clash(place):
    place.images(1)
    place.expect("box3", "in")
    place.write("in/0.jpg", b"x")
    place.inputs = place.tree("in")
    done = batch(place, "--format", "png")
    check(done.code == 65 and "in/0.jpg" in done.errors, f"ends with {done.code}: {done.errors}")
    place.promises()


@fault("names that differ in case alone")
def case_clash(place):
    place.images(1)
    place.write("in/A.png", place.read("in/0.png"))
    place.expect("box3", "in")
    place.write("in/a.png", place.read("in/0.png"))
    place.inputs = place.tree("in")
    done = batch(place)
    check(done.code == 65, f"ends with {done.code}: {done.errors}")
    place.promises()


def output_is_input(place, make):
    place.images(1)
    place.expect("box3", "in")
    os.mkdir(place.file("out"))
    make(place.file("in/0.png"), place.file("out/0.png"))
    done = batch(place, "--force")
    check(done.code == 65 and "[output.input]" in done.errors, f"ends with {done.code}: {done.errors}")
    check(place.tree("in") == place.inputs, "the input was changed")


fault("an output is an input, by a hard link")(lambda place: output_is_input(place, os.link))
fault("an output is an input, by a symbolic link")(lambda place: output_is_input(place, os.symlink))


@fault("the input of apply is its output, and the disk is full")
def apply_onto_itself(place):
    place.images(1)
    place.expect("box3", "in")
    place.tmpfs("tight", "32k")
    place.write("tight/a.png", place.read("in/0.png"))
    before = place.read("tight/a.png")
    done = place.run("apply", "identity", "tight/a.png", "tight/a.png")
    check(done.code == 74, f"ends with {done.code}: {done.errors}")
    check(place.tree("tight") == {"a.png": before}, "the input is not as it was")


@fault("names with line breaks, quotes, a leading minus, no UTF-8, 250 bytes")
def names(place):
    place.images(1)
    data = place.read("in/0.png")
    for name in [b"a\nb.png", b"'\"\\.png", b"-rf.png", b"n\xff\xfe.png", b"x" * 246 + b".png", "ü €.png".encode()]:
        with open(os.path.join(place.file("in").encode(), name), "wb") as file:
            file.write(data)
    place.expect("box3", "in")
    check(batch(place).code == 0, "fails")
    place.complete()
    done = batch(place, "--resume")
    check("0 done, 7 unchanged" in done.errors, done.errors)
