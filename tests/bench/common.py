"""What the benches share: where things are, running programs and telling what they took, ratios of medians. Used by suite.py's parts and by import.py."""
import datetime
import os
import pathlib
import statistics
import subprocess
import sys
import time

ROOT = pathlib.Path(__file__).resolve().parents[2]
HERE = ROOT / "tests" / "bench"
DAY = datetime.date(2025, 12, 31)


def say(text):
    print(text, file=sys.stderr, flush=True)


def output_of(*command, **options):
    done = subprocess.run([str(word) for word in command], capture_output=True, text=True, **options)
    if done.returncode != 0:
        sys.exit(f"{command[0]}: exit code {done.returncode}\n{done.stderr}{done.stdout[-2000:]}")
    return done.stdout


def timed(*command):
    """Seconds by the clock, of the processor, greatest resident size in MB, output."""
    started = time.monotonic()
    process = subprocess.Popen([str(word) for word in command], stdout=subprocess.PIPE, stderr=subprocess.PIPE)
    output, errors = process.stdout.read(), process.stderr.read()
    _, status, usage = os.wait4(process.pid, 0)
    if status != 0:
        sys.exit(f"{command[0]}: status {status}\n{errors.decode()}{output.decode()[-2000:]}")
    return time.monotonic() - started, usage.ru_utime + usage.ru_stime, usage.ru_maxrss / 1024, output.decode()


def build(folder):
    """The programs of the bench, optimised."""
    if not (folder / "CMakeCache.txt").exists():
        output_of("cmake", "-S", ROOT, "-B", folder, "-G", "Ninja", "-DCMAKE_BUILD_TYPE=Release")
    output_of("cmake", folder, "-DBUILD_TESTING=ON")
    output_of("cmake", "--build", folder, "--target", "bench")


def ratio(above, below, scale=1.0):
    """A ratio of medians, with the least and greatest ratio of any round."""
    each = [scale * a / b for a, b in zip(above, below)]
    return {"ratio": scale * statistics.median(above) / statistics.median(below), "least": min(each), "greatest": max(each)}


def text_of(path):
    return path.read_text("utf-8") if path.exists() else ""
