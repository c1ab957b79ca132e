"""What the tables share: where things are, the time that is left, and rows that say whether a bar is met."""
import dataclasses
import json
import os
import subprocess
import sys
import time

ROOT = os.path.dirname(os.path.dirname(os.path.abspath(__file__)))
SECONDS = 520  # of the nine minutes, what measuring may take up to


@dataclasses.dataclass
class Bench:
    """One run: the tool, the folder of pictures, and how much time there is."""

    tool: str
    folder: str
    quick: bool = False
    threads: int = 2
    start: float = dataclasses.field(default_factory=lambda: float(os.environ.get("IMGCONV_BENCHMARK_START", time.time())))
    skipped: list = dataclasses.field(default_factory=list)

    def path(self, name):
        return os.path.join(self.folder, name)

    def left(self):
        return SECONDS - (time.time() - self.start)

    def allows(self, seconds, what):
        """Whether there are `seconds` left; if not, `what` is named among what was left out."""
        if self.left() >= seconds:
            return True
        self.skipped.append(f"{what}: no time was left")
        return False

    def run(self, command, seconds):
        """The standard output of a command, which is ended with all its children after `seconds`; None where it fails."""
        limit = max(1, min(seconds, self.left() + 30))
        done = subprocess.run(["timeout", "-k", "2", f"{limit:.0f}", *command], capture_output=True, text=True)
        if done.returncode != 0:
            self.skipped.append(f"{' '.join(command)[:150]}: exit code {done.returncode}: {done.stderr.strip()[-200:]}")
            return None
        return done

    def json(self, arguments, seconds):
        """What a command of imgconv prints with --json; None where it fails."""
        done = self.run([self.tool, *arguments, "--json"], seconds)
        return json.loads(done.stdout) if done else None


@dataclasses.dataclass
class Row:
    """One line of the summary: a value with what it has to reach. A ratio has to be at least as large, anything else at most."""

    what: str
    value: float
    bar: float
    moonshot: float
    unit: str = "×"

    def reaches(self, goal):
        return self.value >= goal if self.unit == "×" else self.value <= goal

    def line(self):
        verdict = "moonshot" if self.reaches(self.moonshot) else "bar" if self.reaches(self.bar) else "**short**"
        digits = 2 if self.unit == "×" else 1
        return f"| {self.what} | {self.value:.{digits}f} {self.unit} | {self.bar:g} | {self.moonshot:g} | {verdict} |"


def summary(rows):
    head = ["| what | measured | bar | moonshot | reached |", "|---|---|---|---|---|"]
    return head + [row.line() for row in rows] + [""]


def progress(text):
    print(text, file=sys.stderr, flush=True)
