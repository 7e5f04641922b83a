# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""Command lines and inputs that iree-compile rejects: one error, and no output."""

import os

import driver
from driver import MODELS

MUL = MODELS / "simple_mul.mlir"
ELEMENT_TYPES = ("i128", "si32", "ui8", "f8E4M3FN")
SUPPORTED_TYPES = "f16, bf16, f32, f64, signless integers of up to 64 bits, index"


def identity(type_text):
    return f"func.func @f(%a: {type_text}) -> {type_text} {{\n  return %a : {type_text}\n}}\n"


def body(operations, type_text="tensor<4xf32>"):
    return (f"func.func @f(%a: {type_text}) -> {type_text} {{\n  {operations}\n"
            f"  return %r : {type_text}\n}}\n")


class FlagTest(driver.DriverTest):
    def test_unknown(self):
        for flag in ("--bogus", "--iree-llvm-target-tripel=x", "--iree-hal-target-backend=x"):
            self.fails(flag, MUL, names=[flag.split("=")[0].lstrip("-")])

    def test_unknown_values(self):
        """The error names what there is."""
        for flag, value, available in (
                ("iree-stream-partitioning-favor", "speed", "min-peak-memory"),
                ("compile-to", "nowhere", "schedule"), ("compile-from", "nowhere", "schedule"),
                ("output-format", "elf", "vm-bytecode"), ("iree-input-type", "onyx", "tosa"),
                ("iree-hal-target-backends", "cuda", "llvm-cpu"), ("iree-opt-level", "O4", "Os"),
                ("iree-hal-local-target-device-backends", "cuda", "llvm-cpu"),
                ("iree-hal-target-device", "gpu", "local"),
                ("iree-llvm-target-triple", "z80-none-elf", "x86_64"),
                ("iree-llvm-target-triple", "x86_64-pc-windows-msvc", "elf"),
                ("iree-llvm-target-cpu", "z80", "x86-64"),
                ("iree-llvmcpu-target-float-abi", "squishy", "soft")):
            with self.subTest(f"{flag}={value}"):
                self.fails(f"--{flag}={value}", MUL, names=[value, available])

    def test_unknown_features(self):
        self.fails("--iree-llvm-target-cpu-features=+avx2,+warp", MUL, names=["warp"])
        self.fails("--iree-llvm-target-triple=riscv32-pc-linux-elf",
                   "--iree-llvm-target-cpu-features=+warp", MUL, names=["warp"])

    def test_values_that_do_not_fit(self):
        for triple, flag, names in (
                ("x86_64-pc-linux-elf", "target-abi=ilp32", ["ilp32"]),
                ("x86_64-pc-linux-elf", "target-float-abi=soft", ["soft", "hard"]),
                ("riscv32-pc-linux-elf", "target-abi=lp64", ["lp64", "ilp32"]),
                ("riscv32-pc-linux-elf", "target-abi=ilp32d", ["ilp32d", "ilp32"]),
                ("riscv32-pc-linux-elf", "target-cpu=cortex-m4", ["cortex-m4"]),
                ("thumbv7em-pc-linux-elf", "target-abi=ilp32", ["ilp32", "aapcs"]),
                ("aarch64-none-elf", "target-abi=lp64", ["lp64", "aapcs"]),
                ("aarch64-none-elf", "target-float-abi=soft", ["soft", "aarch64", "hard"]),
                ("thumbv6m-none-eabi", "target-float-abi=hard", ["hard", "cortex-m0plus", "soft"]),
                ("i686-none-elf", "target-abi=lp64", ["lp64"]),
                ("i686-none-elf", "target-cpu=i386", ["i386", "sse2", "pentium4"]),
                ("x86_64-none-elf", "target-cpu=pentium4", ["pentium4", "64bit", "haswell"]),
                ("armv7a-none-eabi", "target-cpu=cortex-m4", ["cortex-m4", "aclass", "cortex-a7"]),
                ("thumbv7m-none-eabi", "target-cpu=cortex-a7", ["cortex-a7", "cortex-m3"]),
                ("riscv64-none-elf", "target-cpu=generic-rv32", ["generic-rv32", "sifive-u74"]),
                ("riscv32-none-elf", "target-cpu-features=+f,+zfinx", ["contradict", "zfinx"]),
                ("riscv64-none-elf", "target-cpu-features=+v,+zvl4096b", ["1024", "zvl2048b"]),
                ("thumbv7m-none-eabi", "link-embedded=false",
                 ["system library", "thumbv7m", "aarch64", "static-library-output-path"])):
            with self.subTest(f"{triple} {flag}"):
                self.fails(f"--iree-llvm-target-triple={triple}", f"--iree-llvm-{flag}", MUL,
                           names=names)

    def test_contradictions(self):
        self.fails("--compile-from=schedule", "--compile-to=input", MUL,
                   names=["--compile-to", "--compile-from"])

    def test_missing_value_and_second_input(self):
        self.fails("-o", self.folder / "output.vmfb", MUL, "--compile-to", names=["compile-to"])
        self.fails(MUL, MUL)


class FileTest(driver.DriverTest):
    def test_input(self):
        for path in (self.folder / "missing.mlir", self.folder):
            self.fails(path, names=[str(path)])

    def test_unreadable_input(self):
        path = self.source(MUL.read_text())
        path.chmod(0)
        if os.access(path, os.R_OK):
            self.skipTest("may read everything")
        self.fails(path, names=[str(path)])

    def test_output(self):
        for path in (self.folder / "missing" / "module.vmfb", self.folder, "/dev/full"):
            self.fails(MUL, "-o", path, names=[str(path)])

    def test_dumps(self):
        blocked = self.source("", name="blocked")
        for kind in ("sources", "intermediates", "binaries", "files"):
            with self.subTest(kind):
                self.fails(MUL, f"--iree-hal-dump-executable-{kind}-to={blocked}/inside",
                           names=["cannot create directory", f"{blocked}/inside"])

    def test_static_library(self):
        path = self.folder / "missing" / "library.o"
        self.fails(MUL, f"--iree-llvm-static-library-output-path={path}", names=[str(path)])

    def test_static_library_goes_with_the_module(self):
        library = self.folder / "orphan.o"
        self.fails(MUL, f"--iree-llvm-static-library-output-path={library}",
                   "-o", self.folder / "missing" / "module.vmfb", names=["module.vmfb"])
        self.assertFalse(library.exists() or library.with_suffix(".h").exists())

    def test_static_library_contradictions(self):
        self.fails("--iree-llvmcpu-link-static", MUL,
                   names=["--iree-llvmcpu-static-library-output-path"])
        self.fails("--iree-llvm-static-library-prefix=a", MUL,
                   names=["--iree-llvm-static-library-output-path"])
        self.fails("--iree-llvm-static-library-output-path=library.obj", MUL,
                   names=["library.obj", ".o", ".a"])


class InputTest(driver.DriverTest):
    def rejects(self, text, *names, flags=()):
        with self.subTest(text[:200]):
            return self.fails(*flags, self.source(text), names=names, located=True)

    def test_invalid_text(self):
        for text in ("func.func @f(", "nonsense", "func.func @f() { return 1 }", "\x00\x01\x02",
                     identity("tensor<4xf32>") * 2, "// only a comment\nfunc.func",
                     body("%r = arith.addf %a, %missing : tensor<4xf32>"),
                     body("%r = arith.addi %a, %a : tensor<4xf32>"), "MLïR\x01"):
            self.rejects(text)

    def test_invalid_bytecode(self):
        path = self.folder / "model.mlirbc"
        path.write_bytes(b"ML\xefR\x0dnonsense")
        self.fails(path)

    def test_unknown_operations(self):
        self.rejects(body('%r = "foo.bar"(%a) : (tensor<4xf32>) -> tensor<4xf32>'), "foo.bar")
        self.rejects(body("%r = stablehlo.abs %a : tensor<4xf32>"), "stablehlo")
        self.rejects(body("%r = tosa.nothing %a : tensor<4xf32>"), "tosa.nothing")

    def test_unsupported_operations(self):
        for name, text in (
                ("memref.alloc", "%m = memref.alloc() : memref<f32>\n"
                 "%l = memref.load %m[] : memref<f32>\n%r = tensor.splat %l : tensor<4xf32>"),
                ("vector.transfer_read", "%z = arith.constant 0 : index\n"
                 "%p = arith.constant 0.0 : f32\n%v = vector.transfer_read %a[%z], %p : "
                 "tensor<4xf32>, vector<4xf32>\n%e = vector.extract %v[0] : f32 from "
                 "vector<4xf32>\n%r = tensor.splat %e : tensor<4xf32>"),
                ("llvm.inline_asm", 'llvm.inline_asm has_side_effects "nop", "" : () -> ()\n'
                 "%r = math.absf %a : tensor<4xf32>"),
                ("tosa.custom", '%r = tosa.custom %a {operator_name = "x", domain_name = "y", '
                 'implementation_attrs = ""} : (tensor<4xf32>) -> tensor<4xf32>')):
            self.rejects(body(text), name)

    def test_too_many_values_at_once(self):
        """What bytecode has no registers for, machine code spills."""
        products = 280
        read = "".join(f"%k{i} = arith.constant {i} : index\n%p{i} = tensor.extract %t[%k{i}] : "
                       f"tensor<{products}xf32>\n" for i in range(products))
        steps = [f"%v{i} = arith.mulf %x, %p{i} : f32" for i in range(products)]
        for name, operation, last in (("s", "addf", "x"), ("u", "subf", f"s{products - 1}")):
            for i in range(products):
                steps.append(f"%{name}{i} = arith.{operation} %{last}, %v{i} : f32")
                last = f"{name}{i}"
        text = (f"func.func @f(%a: tensor<4xf32>, %t: tensor<{products}xf32>) -> tensor<4xf32> {{\n"
                f"{read}%e = tensor.empty() : tensor<4xf32>\n%r = linalg.map ins(%a : tensor<4xf32>) "
                "outs(%e : tensor<4xf32>)\n(%x: f32, %z: f32) {\n" + "\n".join(steps) +
                f"\nlinalg.yield %{last} : f32\n}}\nreturn %r : tensor<4xf32>\n}}\n")
        self.rejects(text, "the bytecode of 'elementwise_f32_4' needs more than 256 registers at a time",
                     "compute less in one operation", flags=["--iree-hal-target-backends=vmvx"])
        self.compiled(self.source(text))

    def test_element_types(self):
        for element in ELEMENT_TYPES:
            self.rejects(identity(f"tensor<4x{element}>"), element, SUPPORTED_TYPES)

    def test_complex_boundary(self):
        self.rejects(identity("tensor<4xcomplex<f32>>"), "complex", "within functions")

    def test_inner_element_type(self):
        self.rejects(body("%b = arith.truncf %a : tensor<4xf32> to tensor<4xf8E4M3FN>\n"
                          "%c = arith.extf %b : tensor<4xf8E4M3FN> to tensor<4xf32>\n"
                          "%r = math.exp %c : tensor<4xf32>"), "f8E4M3FN", SUPPORTED_TYPES)

    def test_shapes(self):
        for text, reason in (("tensor<*xf32>", "tensor<*xf32>"),
                             ("tensor<1x1x1x1x1x1x1xf32>", "rank 7"),
                             ("tensor<0xf32>", "no elements"), ("tensor<2x0xf32>", "no elements")):
            self.rejects(identity(text), reason, "supported")
            self.rejects(body(f"%r = math.absf %a : {text}", text), "supported")

    def test_boundary_types(self):
        for text in ("memref<4xf32>", "vector<4xf32>", "tuple<i32>", "none"):
            self.rejects(identity(text), SUPPORTED_TYPES)

    def test_functions(self):
        call = "%r = func.call @g(%a) : (tensor<4xf32>) -> tensor<4xf32>"
        declared = "func.func private @g(tensor<4xf32>) -> tensor<4xf32>\n"
        self.rejects(body(call.replace("@g", "@f")), "recursion")
        self.rejects(body(call) + body(call.replace("@g", "@f")).replace("@f(%a:", "@g(%a:"),
                     "recursion")
        self.rejects(declared + body(call), "@g")
        self.rejects(body(call))
        self.rejects("", "no public function")
        self.rejects(identity("tensor<4xf32>").replace("@f", "private @f"), "no public function")
        self.rejects("module { module { } }")

    def test_standard_input(self):
        self.fails("-", given=b"func.func @f(", located=True)

    def test_wrong_stage(self):
        """A source that has not passed the stage that the flag says."""
        for stage in ("input", "tensor", "dispatch", "schedule"):
            for text in (MUL.read_text(), body("%r = tosa.abs %a : (tensor<4xf32>) -> "
                                               "tensor<4xf32>"), ""):
                result = self.run_tool("iree-compile", f"--compile-from={stage}",
                                       self.source(text), "-o", self.folder / "output.vmfb")
                self.assertNotIn(b"Stack dump", result.stderr)

    def test_wrong_stage_of_passes(self):
        for stage in ("tensor", "dispatch", "schedule", "kernel", "program"):
            with self.subTest(stage):
                result = self.run_tool("iree-opt", f"--iree-{stage}", MUL)
                self.assertNotIn(b"Stack dump", result.stderr)


if __name__ == "__main__":
    driver.main()
