#!/usr/bin/python3
# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""Runs fuzzers of a build; exits non-zero when one finds something.

Inputs that reach new code are kept in <build>/fuzz/<target>/corpus and used
again, those that fail in <build>/fuzz/<target>/crashes. With --fresh nothing
is used but seeds and known crashes, in an order that is always the same.
"""

import argparse
import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
# Seconds for one input: a file of a few KB takes microseconds.
INPUT_TIMEOUT = 10
MEMORY_LIMIT_MB = 2048
MAX_INPUT_BYTES = 16384


# The target that compares backends.
BACKENDS = "backends"


def find_targets(build):
    targets = [f.name.removesuffix("_fuzzer") for f in (build / "bin").glob("*_fuzzer")]
    return sorted(targets + [BACKENDS] * (build / "bin/iree-compile").exists())


def corpus_directories(build, target, fresh):
    """The directory for new inputs first, then those that are only read."""
    work = build / "fuzz" / target
    corpus = work / ("fresh_corpus" if fresh else "corpus")
    if fresh:
        shutil.rmtree(corpus, ignore_errors=True)
    for directory in (corpus, work / "crashes"):
        directory.mkdir(parents=True, exist_ok=True)
    known = [build / "tests/fuzz/seeds" / target, ROOT / "tests/fuzz/crashes" / target]
    return [corpus] + [directory for directory in known if directory.is_dir()]


def run_fuzzer(build, target, seconds, fresh):
    """Whether the fuzzer found nothing."""
    crashes = build / "fuzz" / target / "crashes"
    log = build / "fuzz" / target / "log.txt"
    directories = corpus_directories(build, target, fresh)
    command = [build / "bin" / f"{target}_fuzzer", *directories, f"-max_total_time={seconds}",
               f"-timeout={INPUT_TIMEOUT}", f"-rss_limit_mb={MEMORY_LIMIT_MB}",
               f"-max_len={MAX_INPUT_BYTES}", f"-artifact_prefix={crashes}/", "-detect_leaks=1",
               "-print_final_stats=1"]
    if fresh:
        command.append("-seed=1")
    environment = {**os.environ, "ASAN_OPTIONS": "detect_leaks=1", "UBSAN_OPTIONS": "print_stacktrace=1"}
    symbolizer = shutil.which("llvm-symbolizer-22")
    if symbolizer:
        environment["ASAN_SYMBOLIZER_PATH"] = environment["UBSAN_SYMBOLIZER_PATH"] = symbolizer
    with open(log, "w", encoding="utf-8") as output:
        done = subprocess.run(command, env=environment, stdout=output, stderr=subprocess.STDOUT)
    text = log.read_text(encoding="utf-8", errors="replace")
    if done.returncode != 0:
        print(f"{target}: failed with {done.returncode}; inputs are in {crashes}, the end of {log}:")
        print("\n".join(text.splitlines()[-60:]))
        return False
    executed = re.search(r"stat::number_of_executed_units: (\d+)", text)
    per_second = re.search(r"stat::average_exec_per_sec: +(\d+)", text)
    coverage = re.findall(r"cov: (\d+)", text)
    if not executed or not per_second or not coverage:
        print(f"{target}: no statistics in {log}")
        return False
    print(f"{target}: nothing found in {int(executed[1]):,} executions, {int(per_second[1]):,} a "
          f"second; {coverage[-1]} code places reached", flush=True)
    return True


def compare_backends(build, seconds):
    """Whether all random programs gave numpy's results with each backend."""
    log = build / "fuzz" / BACKENDS / "log.txt"
    log.parent.mkdir(parents=True, exist_ok=True)
    command = [sys.executable, "-B", ROOT / "tests/e2e/random_graph_test.py", f"--bin={build / 'bin'}",
               f"--seconds={seconds}", "RandomGraphTest.test_backends"]
    with open(log, "w", encoding="utf-8") as output:
        done = subprocess.run(command, stdout=output, stderr=subprocess.STDOUT)
    text = log.read_text(encoding="utf-8", errors="replace")
    executed = re.search(r"^(\d+) programs", text, re.M)
    if done.returncode != 0 or not executed:
        failed = sorted(set(re.findall(r"^FAIL: .*\[(graph_\d+)\]", text, re.M)))
        print(f"{BACKENDS}: failed with {done.returncode}: {', '.join(failed) or 'no program'}; see {log}")
        return False
    print(f"{BACKENDS}: nothing found in {int(executed[1]):,} programs", flush=True)
    return True


def run_target(build, target, seconds, fresh):
    if target == BACKENDS:
        return compare_backends(build, seconds)
    return run_fuzzer(build, target, seconds, fresh)


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--build", type=Path, default=ROOT / "build")
    parser.add_argument("--seconds", type=int, default=600, help="of each fuzzer (600)")
    parser.add_argument("--fresh", action="store_true", help="without the corpus of earlier runs")
    parser.add_argument("targets", nargs="*", metavar="TARGET", help="all by default")
    options = parser.parse_args()
    available = find_targets(options.build)
    if not available:
        raise SystemExit(f"fuzz: no fuzzers in {options.build}/bin; they need clang")
    for target in options.targets:
        if target not in available:
            raise SystemExit(f"fuzz: no target '{target}'; there are: {', '.join(available)}")
    if options.seconds <= 0:
        raise SystemExit("fuzz: --seconds must be positive")
    results = [run_target(options.build.resolve(), target, options.seconds, options.fresh)
               for target in options.targets or available]
    return 0 if all(results) else 1


if __name__ == "__main__":
    sys.exit(main())
