#!/usr/bin/python3
# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""exports_test.py NM LIBRARY HEADERS...: the library exports what the headers declare, nothing else."""

import re
import subprocess
import sys
from pathlib import Path

DECLARATION = re.compile(r"^TFL_CAPI_EXPORT[^;(]*?\b(\w+)\s*\(", re.M)


def main():
    nm, library, *headers = sys.argv[1:]
    declared = {name for header in headers for name in DECLARATION.findall(Path(header).read_text())}
    listed = subprocess.run([nm, "-D", "--defined-only", "--format=posix", library], capture_output=True,
                            text=True, check=True).stdout
    exported = {line.split()[0] for line in listed.splitlines()}
    if not declared:
        sys.exit("the headers declare nothing")
    for name in sorted(declared - exported):
        print("declared, not exported:", name)
    for name in sorted(exported - declared):
        print("exported, not declared:", name)
    if declared != exported:
        sys.exit(1)
    print(f"{len(exported)} functions")


if __name__ == "__main__":
    main()
