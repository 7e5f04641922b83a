#!/usr/bin/python3
# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""Stand-ins of iree-compile and iree-run-module for --output-format=vm-c.

`write_tools(bin, folder)` makes two programs of these names in `folder`, which
tests use in place of those in `bin`:

    iree-compile [flags] SOURCE -o FILE
        compiles to C and a static library, these to FILE, a program that calls
        the functions; the C source also as C++
    iree-run-module --module=FILE {--function=NAME [--input=@x.npy ...]
        [--output=@y.npy ...]}...
        runs it, all functions in one process

What is called how is read off the header.
"""

import os
import pathlib
import re
import struct
import subprocess
import sys

import numpy as np

WARNINGS = ("-Wall", "-Wextra", "-Werror", "-pedantic")
C99 = ("gcc", "-std=c99", *WARNINGS, "-O1", "-fsanitize=undefined", "-fno-sanitize-recover=all")
CXX17 = ("g++", "-x", "c++", "-std=c++17", *WARNINGS, "-O2", "-fsyntax-only")
CLANG = ("clang-22", "-std=c99", *WARNINGS, "-fsyntax-only")
TIMEOUT_SECONDS = 120
ARENA_BYTES = 1 << 24

DTYPES = {"i1": "?", "i8": "i1", "i16": "i2", "i32": "i4", "i64": "i8", "f16": "f2", "f32": "f4",
          "f64": "f8", "ui8": "u1", "ui16": "u2", "ui32": "u4", "ui64": "u8"}
STATUS = {3: "INVALID_ARGUMENT", 8: "RESOURCE_EXHAUSTED", 11: "OUT_OF_RANGE", 13: "INTERNAL"}

FUNCTION = re.compile(r"/\* '([^']*)'\n(.*?)\*/\n(?:#define [^\n]*\n)*int (\w+)\(([^)]*)\);", re.S)
VALUE = re.compile(r"^   (\w+): ((?:[\d?]+x)*)(\w+)", re.M)

HARNESS = r"""
#include <stdio.h>
#include <stdlib.h>
#include "model.h"

static uint8_t arena[%(arena)u] MODEL_ALIGNED;
static uint8_t state[MODEL_STATE_BYTES + 1] MODEL_ALIGNED;

static void input(void *target, size_t bytes) {
  if (bytes != 0 && fread(target, bytes, 1, stdin) != 1)
    exit(99);
}
static uint32_t word(void) {
  uint32_t value = 0;
  input(&value, 4);
  return value;
}
/* Memory of the values that follow, after their length; no byte more. */
static void *values(void) {
  uint32_t bytes = word();
  void *memory = malloc(bytes);
  input(memory, bytes);
  return memory;
}
static void output(const void *source, size_t bytes) { fwrite(source, 1, bytes, stdout); }

int main(void) {
  %(reset)s
  (void)state;
  for (;;) {
    int ordinal = getchar(), status = 0;
    if (ordinal == EOF)
      return 0;
    switch (ordinal) {
%(cases)s
    }
    fflush(stdout);
  }
}
"""


class Function:
    def __init__(self, comment, name, parameters):
        self.name = name
        types = {value: (shape, element) for value, shape, element in VALUE.findall(comment)}
        self.arguments, self.results = [], []
        self.parameters = [" ".join(each.split()) for each in parameters.split(",")]
        for each in self.parameters:
            parameter = re.search(r"(\w+)(\[\d+\])?$", each).group(1)
            if parameter in types:
                (self.arguments if each.startswith("const ") else self.results).append(
                    (parameter, *types[parameter]))

    def case(self, ordinal):
        """The harness's statements that call it."""
        lines, free, back = [], [], []
        for each in self.parameters:
            kind, name, count = re.match(r"(.*?)(\w+)(?:\[(\d+)\])?$", each).groups()
            element = kind.replace("const", "").replace("*", "").strip()
            if name in ("state", "arena", "arena_bytes"):
                continue
            if kind.startswith("const"):
                lines.append(f"{element} *{name} = ({element} *)values();")
                free.append(name)
            elif kind.strip() == "size_t":
                lines.append(f"size_t {name} = word();")
            elif kind.strip() == "int32_t" and count is None:
                lines.append(f"int32_t {name} = (int32_t)word();")
            elif name.endswith("_shape"):
                lines.append(f"int32_t {name}[{count}] = {{0}};")
                back.append(f"output({name}, sizeof({name}));")
            elif count is None:
                lines.append(f"{element} *{name} = ({element} *)values();")
                free.append(name)
                shape = f"{name}_shape"
                size = " * ".join(["sizeof(*%s)" % name] + [
                    f"(size_t){shape}[{i}]" for i in range(self.rank(name))])
                back.append(f"if (status == 0) output({name}, {size});")
            else:
                lines.append(f"{element} *{name} = ({element} *)malloc({count} * sizeof({element}));")
                free.append(name)
                back.append(f"if (status == 0) output({name}, {count} * sizeof({element}));")
        given = [{"arena_bytes": "sizeof(arena)"}.get(name, name) for name in (
            re.search(r"(\w+)(\[\d+\])?$", each).group(1) for each in self.parameters)]
        # Shapes before the values.
        back.sort(key=lambda line: "_shape, sizeof" not in line)
        body = [*lines, f"status = {self.name}({', '.join(given)});", "output(&status, 4);", *back,
                *(f"free({name});" for name in free), "break;"]
        return f"    case {ordinal}: {{\n      " + "\n      ".join(body) + "\n    }"

    def rank(self, name):
        return next(shape.count("x") for result, shape, _ in self.results if result == name)

    def is_dynamic(self, name):
        return any(result == name and "?" in shape for result, shape, _ in self.results)


def read_header(path):
    """Functions by their names in the model, in order."""
    text = path.read_text()
    return {given: Function(comment, name, parameters)
            for given, comment, name, parameters in FUNCTION.findall(text)}, text


def run(command):
    done = subprocess.run([str(each) for each in command], capture_output=True, check=False,
                          timeout=TIMEOUT_SECONDS, encoding="utf-8", errors="replace")
    if done.returncode:
        sys.stderr.write(f"{' '.join(map(str, command))}\n{done.stdout}{done.stderr}")
        sys.exit(1)


def compile_module(compiler, arguments):
    target = pathlib.Path(arguments[-1])
    folder = target.with_suffix(".vmc")
    folder.mkdir(exist_ok=True)
    source, kernels = folder / "model.c", folder / "model.o"
    run([compiler, *arguments[:-1], source, "--output-format=vm-c",
         f"--iree-llvm-static-library-output-path={kernels}",
         "--iree-llvm-static-library-prefix=model"])
    functions, header = read_header(folder / "model.h")
    cases = "\n".join(each.case(index) for index, each in enumerate(functions.values()))
    reset = "model_reset(state);" if "model_reset" in header else ""
    (folder / "harness.c").write_text(
        HARNESS % {"arena": ARENA_BYTES, "reset": reset, "cases": cases})
    run([*CXX17, source])
    run([*CLANG, source])
    run([*C99, "-c", source, "-o", folder / "source.o"])
    run(["gcc", "-std=c99", "-O1", "-fsanitize=undefined", folder / "harness.c",
         folder / "source.o", kernels, "-o", target])


def parse_input(text, element):
    if text.startswith("@"):
        return np.load(text[1:])
    return np.array(float(text.partition("=")[2])).astype(DTYPES[element])


def run_module(arguments):
    calls, module = [], None
    for argument in arguments:
        key, value = argument.split("=", 1)
        if key == "--module":
            module = pathlib.Path(value)
        elif key == "--function":
            calls.append((value, [], []))
        else:
            calls[-1][1 if key == "--input" else 2].append(value)
    functions = read_header(module.with_suffix(".vmc") / "model.h")[0]
    names = list(functions)
    stream = b""
    for name, inputs, _ in calls:
        function = functions[name]
        stream += bytes([names.index(name)])
        for text, (_, shape, element) in zip(inputs, function.arguments, strict=True):
            value = np.asarray(parse_input(text, element), order="C")
            if value.dtype != np.dtype(DTYPES[element]):
                sys.exit(f"{name}: expected {element}, given {value.dtype}")
            sizes = shape.rstrip("x").split("x") if shape else []
            if len(sizes) != value.ndim or any(
                    size not in ("?", str(extent)) for size, extent in zip(sizes, value.shape)):
                sys.exit(f"{name}: expected {shape}{element}, given {value.shape}")
            data = value.tobytes()
            stream += struct.pack("<I", len(data)) + data
            for size, extent in zip(sizes, value.shape):
                stream += struct.pack("<I", extent) if size == "?" else b""
        for result, _, element in function.results:
            if function.is_dynamic(result):  # room, and how much
                count = 1 << 16
                size = np.dtype(DTYPES[element]).itemsize * count
                stream += struct.pack("<I", size) + bytes(size) + struct.pack("<I", count)
    done = subprocess.run([module], input=stream, capture_output=True, check=False,
                          timeout=TIMEOUT_SECONDS)
    if done.returncode:
        sys.exit(f"exit code {done.returncode}\n{done.stderr.decode(errors='replace')}")
    data = done.stdout
    for name, _, outputs in calls:
        function = functions[name]
        status, = struct.unpack("<i", data[:4])
        data = data[4:]
        shapes = {}
        for result, shape, _ in function.results:
            if function.is_dynamic(result):
                rank = shape.count("x")
                shapes[result] = struct.unpack(f"<{rank}i", data[:4 * rank])
                data = data[4 * rank:]
            else:
                shapes[result] = tuple(int(size) for size in shape.rstrip("x").split("x") if size)
        if status:
            sys.exit(f"{name}: {STATUS.get(status, status)}")
        for index, (result, _, element) in enumerate(function.results):
            dtype = np.dtype(DTYPES[element])
            size = dtype.itemsize * int(np.prod(shapes[result], dtype=np.int64))
            if index < len(outputs):
                np.save(outputs[index][1:], np.frombuffer(data[:size], dtype).reshape(shapes[result]))
            data = data[size:]


def write_tools(bin_directory, folder):
    for name in ("iree-compile", "iree-run-module"):
        path = pathlib.Path(folder) / name
        path.write_text(f'#!/bin/sh\nexec {sys.executable} -B {os.path.abspath(__file__)} {name} '
                        f'{os.path.abspath(bin_directory)} "$@"\n')
        path.chmod(0o755)


def main():
    tool, directory, *arguments = sys.argv[1:]
    if tool == "iree-compile":
        compile_module(pathlib.Path(directory) / tool, arguments)
    else:
        run_module(arguments)


if __name__ == "__main__":
    main()
