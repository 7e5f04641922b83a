# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""Every operation of the math dialect, and integer and float arithmetic of every
width, compile for every target: iree-compile refuses to write a library that
has an undefined symbol."""

import pathlib
import re

import driver

MATH_TD = pathlib.Path("/usr/lib/llvm-22/include/mlir/Dialect/Math/IR/MathOps.td")

# By the number of operands; fpowi and the rest have types of their own.
UNARY_FLOAT = ("absf", "acos", "acosh", "asin", "asinh", "atan", "atanh", "cbrt", "ceil", "cos",
               "cosh", "erf", "erfc", "exp", "exp2", "expm1", "floor", "log", "log10", "log1p",
               "log2", "round", "roundeven", "rsqrt", "sin", "sinh", "sqrt", "tan", "tanh", "trunc")
BINARY_FLOAT = ("atan2", "copysign", "powf")
TERNARY_FLOAT = ("fma", "clampf")
TESTS_OF_FLOATS = ("isfinite", "isinf", "isnan", "isnormal")
UNARY_INTEGER = ("absi", "ctlz", "cttz", "ctpop")
OTHERS = ("fpowi", "ipowi", "sincos")

# What is not in the list of architectures: other cores, ABIs and extensions.
VARIANTS = (
    ("thumbv7em-none-eabihf", "cortex-m7", "", ()), ("thumbv7em-none-eabi", "cortex-m4", "", ()),
    ("thumbv8.1m.main-none-eabihf", "cortex-m85", "", ()),
    ("armv7a-none-eabi", "cortex-a7", "", ()), ("armv7a-none-eabihf", "cortex-a7", "-neon", ()),
    ("aarch64-none-elf", "cortex-a53", "", ()), ("aarch64-none-elf", "neoverse-v1", "", ()),
    ("i686-none-elf", "haswell", "", ()), ("x86_64-none-elf", "x86-64-v4", "", ()),
    ("riscv32-none-elf", "generic-rv32", "", ()), ("riscv32-none-elf", "generic-rv32", "+e", ()),
    ("riscv32-none-elf", "generic-rv32", "+m,+a,+c", ()),
    ("riscv32-none-elf", "generic-rv32", "+m,+a,+f,+c", ()),
    ("riscv32-none-elf", "generic-rv32", "+m,+a,+f,+c", ("abi=ilp32",)),
    ("riscv64-none-elf", "generic-rv64", "", ()),
    ("riscv64-none-elf", "generic-rv64", "+m,+a,+f,+d,+c,+v", ()),
)


def chain(type_text, lines):
    """A function that adds up the results of `lines`, each with {0} for its value."""
    kind = "f" if type_text.startswith("f") else "i"
    text = f"func.func @{type_text}(%a: tensor<4x{type_text}>, %b: tensor<4x{type_text}>, %i: tensor<4xi32>) -> tensor<4x{type_text}> {{\n"
    total = "%a"
    for number, line in enumerate(lines):
        text += "  " + line.format(f"%v{number}").replace("TYPE", f"tensor<4x{type_text}>") + "\n"
        text += f"  %t{number} = arith.add{kind} {total}, %v{number} : tensor<4x{type_text}>\n"
        total = f"%t{number}"
    return text + f"  return {total} : tensor<4x{type_text}>\n}}\n"


def float_lines(type_text):
    lines = [f"{{0}} = math.{name} %a : TYPE" for name in UNARY_FLOAT]
    lines += [f"{{0}} = math.{name} %a, %b : TYPE" for name in BINARY_FLOAT]
    lines += ["{0} = math.fma %a, %b, %a : TYPE", "{0} = math.clampf %a to [%b, %a] : TYPE",
              "{0} = math.fpowi %a, %i : TYPE, tensor<4xi32>",
              "%sine, {0} = math.sincos %a : TYPE"]
    truth = "tensor<4xi1>"
    for name in TESTS_OF_FLOATS:
        lines.append(f"%{name} = math.{name} %a : TYPE\n"
                     f"  {{0}} = arith.uitofp %{name} : {truth} to TYPE")
    for name in ("subf", "mulf", "divf", "remf", "minimumf", "maximumf", "minnumf", "maxnumf"):
        lines.append(f"{{0}} = arith.{name} %a, %b : TYPE")
    for width in (8, 16, 32, 64):
        for sign in "su":
            lines.append(f"%n{sign}{width} = arith.fpto{sign}i %a : TYPE to tensor<4xi{width}>\n"
                         f"  {{0}} = arith.{sign}itofp %n{sign}{width} : tensor<4xi{width}> to TYPE")
    other = "f64" if type_text == "f32" else "f32"
    there, back = ("extf", "truncf") if type_text == "f32" else ("truncf", "extf")
    lines.append(f"%other = arith.{there} %a : TYPE to tensor<4x{other}>\n"
                 f"  {{0}} = arith.{back} %other : tensor<4x{other}> to TYPE")
    return lines


def integer_lines():
    lines = [f"{{0}} = math.{name} %a : TYPE" for name in UNARY_INTEGER]
    lines.append("{0} = math.ipowi %a, %b : TYPE")
    for name in ("subi", "muli", "divsi", "divui", "remsi", "remui", "ceildivsi", "floordivsi",
                 "shli", "shrsi", "shrui", "minsi", "maxsi", "minui", "maxui", "andi"):
        lines.append(f"{{0}} = arith.{name} %a, %b : TYPE")
    lines.append("%low, {0} = arith.mulsi_extended %a, %b : TYPE")
    return lines


def model():
    text = "".join(chain(each, float_lines(each)) for each in ("f32", "f64"))
    return text + "".join(chain(f"i{width}", integer_lines()) for width in (8, 16, 32, 64))


class TargetsTest(driver.DriverTest):
    def test_all_of_the_dialect(self):
        """The table above has every operation that MLIR defines."""
        defined = set(re.findall(r'Op<"([a-z0-9_]+)"', MATH_TD.read_text()))
        covered = {*UNARY_FLOAT, *BINARY_FLOAT, *TERNARY_FLOAT, *TESTS_OF_FLOATS, *UNARY_INTEGER,
                   *OTHERS}
        self.assertEqual(defined, covered)

    def test_architectures(self):
        source = self.source(model())
        lines = self.succeeds("iree-compile", "--iree-llvm-list-targets").decode().splitlines()
        for name in [line.split()[0] for line in lines[1:lines.index("")]]:
            with self.subTest(name):
                self.succeeds("iree-compile", f"--iree-llvm-target-triple={name}-pc-linux-elf",
                              source, "-o", self.folder / "module.vmfb")

    def test_variants(self):
        source = self.source(model())
        for triple, cpu, features, others in VARIANTS:
            with self.subTest(f"{triple} {cpu} {features} {others}"):
                self.succeeds("iree-compile", f"--iree-llvm-target-triple={triple}",
                              f"--iree-llvm-target-cpu={cpu}",
                              f"--iree-llvm-target-cpu-features={features}",
                              *[f"--iree-llvm-target-{flag}" for flag in others], source,
                              "-o", self.folder / "module.vmfb")


if __name__ == "__main__":
    driver.main()
