#!/usr/bin/python3
# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""Runs a firmware on an emulated board; exits with the firmware's status.

With --count, the plugin of build_tools/qemu counts the instructions between
bench_begin() and bench_end(); --stack also has it find the deepest stack store
in between. Instructions are not cycles.
"""

import argparse
import json
import os
import re
import subprocess
import sys
import tempfile
from pathlib import Path

BOARDS = Path(__file__).resolve().parent
PLUGIN_SOURCE = BOARDS.parent / "build_tools/qemu/insn_count.c"
STATUS_TIMEOUT = 124
QEMU_OPTIONS = ["-nographic", "-monitor", "none", "-icount", "shift=0"]
# How console and exit status reach the host, by the board's "host_io".
SEMIHOSTING_OPTIONS = ["-serial", "none", "-chardev", "stdio,id=sh",
                       "-semihosting-config", "enable=on,target=native,chardev=sh"]
SERIAL_OPTIONS = ["-serial", "stdio"]
SERIAL_FAILURE_STATUS = 1


def load_board(name):
    """The board's description; SystemExit for an unknown one."""
    path = BOARDS / name / "board.json"
    if not path.exists():
        known = sorted(p.parent.name for p in BOARDS.glob("*/board.json"))
        raise SystemExit(f"unknown board '{name}'; there are: {', '.join(known)}")
    return json.loads(path.read_text())


def read_symbols(firmware):
    """Name to address of every defined symbol of an ELF file."""
    listing = subprocess.run(["llvm-nm-22", "--defined-only", str(firmware)],
                             check=True, capture_output=True, text=True).stdout
    fields = (line.split() for line in listing.splitlines())
    return {f[2]: int(f[0], 16) for f in fields if len(f) == 3}


def build_plugin(directory):
    """Compiles the counting plugin into `directory` unless it is up to date."""
    plugin = Path(directory) / "libinsn_count.so"
    if not plugin.exists() or plugin.stat().st_mtime < PLUGIN_SOURCE.stat().st_mtime:
        plugin.parent.mkdir(parents=True, exist_ok=True)
        subprocess.run(["cc", "-O2", "-shared", "-fPIC", "-o", str(plugin), str(PLUGIN_SOURCE)],
                       check=True)
    return plugin


def host_io_options(description):
    """QEMU's options for the board's "host_io"; SystemExit for an unknown one."""
    known = {"semihosting": SEMIHOSTING_OPTIONS, "serial": SERIAL_OPTIONS}
    host_io = description.get("host_io", "semihosting")
    if host_io not in known:
        raise SystemExit(f"board.json: unknown host_io '{host_io}'; there are: {', '.join(known)}")
    return known[host_io]


def firmware_status(description, status):
    """The firmware's status from QEMU's.

    isa-debug-exit ends QEMU with 2 * value + 1, and the value is the firmware's
    status and one. So 1 is QEMU's own failure, and an even status a machine that
    was reset or switched off.
    """
    if status < 0:
        return 128 - status
    if description.get("host_io") != "serial":
        return status
    return status // 2 - 1 if status % 2 and status > 1 else SERIAL_FAILURE_STATUS


def run_firmware(board, firmware, *, timeout=60, plugin=None, stack=False, kernels=None, echo=True, options=()):
    """With further `options` of QEMU; returns (exit status, console text, counts).

    `counts` is None without a plugin, else the plugin's figures by name; with
    `kernels`, start and end address of code, those of each call of it too. The
    status is 124 after `timeout` seconds and 128+signal if QEMU itself died.
    """
    description = load_board(board)
    command = description["qemu"] + QEMU_OPTIONS + host_io_options(description) + list(options)
    log = None
    if plugin:
        symbols = read_symbols(firmware)
        if "bench_begin" not in symbols or "bench_end" not in symbols:
            raise SystemExit(f"{firmware}: no bench_begin/bench_end to count between")
        # Thumb symbols have bit 0 set; instructions have not.
        mask = ~1 if description["arch"].startswith("arm") else ~0
        plugin_options = [f"{key}={symbols['bench_' + key] & mask:#x}" for key in ("begin", "end")]
        if stack:
            plugin_options += [f"stack_{key}={symbols['__stack_' + key]:#x}" for key in ("start", "end")]
        if kernels:
            plugin_options += [f"kernels_{key}={value:#x}" for key, value in zip(("start", "end"), kernels)]
        log = tempfile.NamedTemporaryFile(mode="r", suffix=".insn_count")
        command += ["-plugin", ",".join([str(plugin)] + plugin_options), "-d", "plugin", "-D", log.name]
    command += ["-kernel", str(firmware)]
    try:
        done = subprocess.run(command, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE,
                              stderr=subprocess.STDOUT, timeout=timeout)
        status, output = firmware_status(description, done.returncode), done.stdout
    except subprocess.TimeoutExpired as expired:
        status, output = STATUS_TIMEOUT, (expired.stdout or b"") + b"\n[timed out]\n"
    console = output.decode(errors="replace")
    if echo:
        sys.stdout.write(console)
        sys.stdout.flush()
    counts = None
    if log:
        counts = {key: int(value, 0) for key, value in re.findall(r"(\w+)=(\w+)", log.read())}
        log.close()
    return status, console, counts


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("board")
    parser.add_argument("firmware")
    parser.add_argument("--count", action="store_true", help="count instructions between the bench marks")
    parser.add_argument("--stack", action="store_true", help="with --count: deepest stack store in between")
    parser.add_argument("--plugin", help="plugin to count with; default: built on demand")
    parser.add_argument("--timeout", type=float, default=60, metavar="SECONDS")
    args = parser.parse_args()
    plugin = None
    if args.count or args.stack:
        default = Path(tempfile.gettempdir()) / f"iree-boards-{os.getuid()}"
        plugin = args.plugin or build_plugin(default)
    status, _, counts = run_firmware(args.board, args.firmware, timeout=args.timeout,
                                     plugin=plugin, stack=args.stack)
    if counts is not None:
        print(" ".join(f"{key}={value}" for key, value in counts.items() if not key.startswith("code_")))
        if status == 0 and not counts.get("intervals"):
            print("bench_begin/bench_end were not reached", file=sys.stderr)
            status = 1
    sys.exit(status)


if __name__ == "__main__":
    main()
