#!/usr/bin/python3
# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""Checks the sources; exits non-zero when there is a finding.

Formatting, licence lines and machine paths are checked in every file of the
repository, clang-tidy in what changed since the commit before HEAD.
"""

import argparse
import json
import re
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
CLANG_FORMAT = "clang-format-22"
CLANG_TIDY = "clang-tidy-22"
SPDX = "SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception"

CXX_SUFFIXES = {".c", ".h", ".cc", ".cpp"}
SOURCE_SUFFIXES = CXX_SUFFIXES | {".S", ".ld", ".ll", ".td", ".fbs", ".def", ".py", ".sh", ".cmake", ".mlir",
                                  ".in", ".test"}
SOURCE_NAMES = {"dev", "run", "CMakeLists.txt", ".clang-format", ".clang-tidy"}
# A shebang, an editor line and a lit RUN line may come before the licence.
SPDX_WITHIN_LINES = 3
# Directories that exist on somebody's machine only.
MACHINE_PATH = re.compile(r"(?<![\w.:/}<>-])/(?:work|root|home/\w+|Users/\w+|workspace)(?:/[\w.]|\b(?!/))")
FORMAT_BATCH = 40


def git(*arguments):
    """Output lines of a git command; None when it fails."""
    done = subprocess.run(["git", "-C", str(ROOT), *arguments], capture_output=True, text=True)
    return done.stdout.splitlines() if done.returncode == 0 else None


def repository_files():
    """Tracked files and those that could be added."""
    names = git("ls-files", "--cached", "--others", "--exclude-standard")
    if names is None:
        raise SystemExit("lint: not a git checkout")
    return [ROOT / name for name in sorted(set(names)) if (ROOT / name).is_file()]


def changed_files(files):
    """Those of `files` that differ from the commit before HEAD; all without one."""
    changed = git("diff", "--name-only", "HEAD~")
    if changed is None:
        return files
    changed += git("ls-files", "--others", "--exclude-standard")
    return [f for f in files if str(f.relative_to(ROOT)) in set(changed)]


def check_format(files, fix):
    sources = [str(f) for f in files if f.suffix in CXX_SUFFIXES]
    mode = ["-i"] if fix else ["--dry-run", "-Werror"]
    findings = []
    for begin in range(0, len(sources), FORMAT_BATCH):
        done = subprocess.run([CLANG_FORMAT, "--style=file", *mode, *sources[begin:begin + FORMAT_BATCH]],
                              capture_output=True, text=True)
        bad = re.findall(r"^(.+?):\d+:\d+: error: code should be clang-formatted", done.stderr, re.M)
        findings += [f"{Path(name).relative_to(ROOT)}: not formatted (./dev lint --fix)"
                     for name in sorted(set(bad))]
        if done.returncode and not bad:
            findings.append(f"{CLANG_FORMAT}: {done.stderr.strip()}")
    return findings


def check_text(files):
    """Licence lines and machine paths."""
    findings = []
    for path in files:
        name = path.relative_to(ROOT)
        try:
            lines = path.read_text().splitlines()
        except UnicodeDecodeError:
            continue
        is_source = path.suffix in SOURCE_SUFFIXES or path.name in SOURCE_NAMES
        if is_source and not any(SPDX in line for line in lines[:SPDX_WITHIN_LINES]):
            findings.append(f"{name}:1: no licence line ({SPDX})")
        for number, line in enumerate(lines, 1):
            if MACHINE_PATH.search(line) or str(ROOT) in line:
                findings.append(f"{name}:{number}: path of one machine: {line.strip()[:100]}")
    return findings


def sources_to_tidy(changed, build, every):
    """Compiled sources that changed or directly include a header that did."""
    database = build / "compile_commands.json"
    if not database.exists():
        raise SystemExit(f"lint: {database.relative_to(ROOT)} is missing: ./dev build")
    compiled = {Path(entry["directory"], entry["file"]).resolve()
                for entry in json.loads(database.read_text())}
    compiled = sorted(f for f in compiled if ROOT in f.parents and build not in f.parents and f.exists())
    if every:
        return compiled
    headers = {f.name for f in changed if f.suffix == ".h"}
    include = re.compile(r'^\s*#\s*include\s*["<](?:.*/)?(\w[\w.-]*)[">]', re.M)
    return [f for f in compiled
            if f in changed or headers & set(include.findall(f.read_text()))]


def tidy(source, build):
    """Output of clang-tidy on one file; empty when there is nothing to say."""
    done = subprocess.run([CLANG_TIDY, "-p", str(build), "--quiet", str(source)],
                          capture_output=True, text=True)
    if done.returncode == 0:
        return ""
    return done.stdout.replace(f"{ROOT}/", "") or done.stderr


def check_tidy(files, build, every, jobs):
    sources = sources_to_tidy(set(files if every else changed_files(files)), build, every)
    print(f"lint: clang-tidy on {len(sources)} files", flush=True)
    with ThreadPoolExecutor(jobs) as pool:
        outputs = pool.map(lambda source: tidy(source, build), sources)
        return [output.strip() for output in outputs if output.strip()]


def main():
    parser = argparse.ArgumentParser(prog="./dev lint", description=__doc__.splitlines()[0])
    parser.add_argument("--all", action="store_true", help="clang-tidy on every compiled file")
    parser.add_argument("--no-tidy", action="store_true", help="without clang-tidy")
    parser.add_argument("--fix", action="store_true", help="reformat in place")
    parser.add_argument("--build-dir", type=Path, default=ROOT / "build", help="with compile_commands.json")
    parser.add_argument("--jobs", type=int, default=2)
    args = parser.parse_args()
    files = repository_files()
    findings = check_format(files, args.fix) + check_text(files)
    if not args.no_tidy:
        findings += check_tidy(files, args.build_dir.resolve(), args.all, args.jobs)
    for finding in findings:
        print(finding)
    print(f"lint: {len(files)} files, {len(findings)} findings" if findings else
          f"lint: {len(files)} files, clean")
    sys.exit(1 if findings else 0)


if __name__ == "__main__":
    main()
