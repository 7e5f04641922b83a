# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""iree-dump-module: text, JSON and errors."""

import json
import pathlib

import numpy as np

import module_builder
import tool_test

TOOL = "iree-dump-module"


class DumpTest(tool_test.ToolTest):
    def sample(self):
        quantization = {"axis": 0, "scales": [0.5, 0.25], "zero_points": [-1, 3]}
        arguments = [module_builder.value("2x4xi8", "image", quantization=quantization)]
        results = [module_builder.value("2x4xi8", "copy"), module_builder.value("i32", scalar=True),
                   module_builder.value("4xf32")]
        code = [module_builder.copy(4, 3, 8), module_builder.fill(5, 4, 4, 0x2A),
                module_builder.copy(6, module_builder.CONSTANTS, 16, source_offset=64)]
        return self.module(module_builder.function("main", arguments, results, code),
                           constants=bytes(80))

    def test_text(self):
        path = self.sample()
        text = self.succeeds(TOOL, path)
        for line in ("module @module", "  producer: module_builder.py",
                     "  format version: 1, kernel ABI version: 1",
                     "  constants: 80 bytes, bytecode: 84 bytes",
                     "  @main: arena 192 bytes, stack 0 bytes, code 84 bytes",
                     "    argument[0] image: 2x4xi8, 8 bytes",
                     "      quantized along axis 0: scales 0.5 0.25, zero points -1 3",
                     "    result[0] copy: 2x4xi8, 8 bytes, arena+0 by default",
                     "    result[1]: i32 (scalar), 4 bytes, arena+64 by default",
                     "kernels: 0", "executables: 0", "code of @main",
                     "       0  copy out res0+0:8, arg0+0:8",
                     "       7  fill out res1+0:4, 0x0000002a",
                     "      13  copy out res2+0:16, const+64:16",
                     "      20  return"):
            self.assertIn(line, text.splitlines())
        self.assertIn(f"  file: {pathlib.Path(path).stat().st_size} bytes, checksum 0x", text)
        self.assertEqual(text, self.succeeds(TOOL, path, "--output=all"))
        self.assertEqual(text, "".join(self.succeeds(TOOL, path, f"--output={part}")
                                       for part in ("metadata", "memory", "disassembly")))

    def test_quantization(self):
        """Text shows the first of many channels, JSON all."""
        channels = {"axis": 1, "scales": [0.1, 0.25, 3.0, 1e-7, 5.0, 6.0], "zero_points": [0, -128, 3, 4, 5]}
        tensor = {"axis": -1, "scales": [0.00390625], "zero_points": [-2147483648]}
        entry = module_builder.identity("f", "2x6xi8", "4xui8")
        entry["arguments"][0]["quantization"], entry["results"][1]["quantization"] = channels, tensor
        path = self.module(entry)
        text = self.succeeds(TOOL, path)
        self.assertIn("    argument[0] in0: 2x6xi8, 12 bytes\n      quantized along axis 1: scales 0.1 0.25 3 "
                      "1e-07 ... (6 in all), zero points 0 -128 3 4 ... (5 in all)\n", text)
        self.assertIn("      quantized: scales 0.00390625, zero points -2147483648\n", text)
        main = json.loads(self.succeeds(TOOL, path, "--output=json"))["functions"][0]
        shown = main["arguments"][0]["quantization"]
        self.assertEqual((shown["axis"], shown["zero_points"]), (1, channels["zero_points"]))
        np.testing.assert_array_equal(np.float32(shown["scales"]), np.float32(channels["scales"]))
        self.assertEqual(main["results"][1]["quantization"], tensor)

    def test_json(self):
        path = self.sample()
        document = json.loads(self.succeeds(TOOL, "--output=json", path))
        self.assertEqual(list(document), [
            "name", "producer", "format_version", "abi_version", "file_bytes", "checksum",
            "arena_alignment_bytes", "arena_bytes", "stack_bytes", "constants_bytes",
            "state_bytes", "state_values_bytes", "bytecode_bytes", "functions", "kernels", "executables"])
        self.assertEqual(document["file_bytes"], pathlib.Path(path).stat().st_size)
        self.assertEqual((document["kernels"], document["executables"]), ([], []))
        main = document["functions"][0]
        self.assertEqual((main["name"], main["arena_bytes"], main["code_bytes"]), ("main", 192, 84))
        self.assertEqual(main["arguments"], [{
            "name": "image", "type": "2x4xi8", "element_type": "i8", "shape": [2, 4],
            "scalar": False, "byte_length": 8,
            "quantization": {"axis": 0, "scales": [0.5, 0.25], "zero_points": [-1, 3]}}])
        self.assertEqual(main["results"][1], {
            "name": "", "type": "i32", "element_type": "i32", "shape": [], "scalar": True,
            "byte_length": 4, "quantization": None, "arena_offset_bytes": 64})
        self.assertEqual(main["code"], [
            {"word": 0, "op": "copy",
             "target": {"base": "res0", "offset_bytes": 0, "length_bytes": 8, "written": True},
             "source": {"base": "arg0", "offset_bytes": 0, "length_bytes": 8, "written": False}},
            {"word": 7, "op": "fill",
             "target": {"base": "res1", "offset_bytes": 0, "length_bytes": 4, "written": True},
             "pattern_bytes": 4, "pattern": 42},
            {"word": 13, "op": "copy",
             "target": {"base": "res2", "offset_bytes": 0, "length_bytes": 16, "written": True},
             "source": {"base": "const", "offset_bytes": 64, "length_bytes": 16, "written": False}},
            {"word": 20, "op": "return"}])

    def test_state(self):
        entry = module_builder.function(
            "main", [], [module_builder.value("i32")],
            [module_builder.copy(3, module_builder.STATE, 4, source_offset=8),
             module_builder.fill(module_builder.STATE, 4, 4, 1)])
        path = self.module(entry, constants=bytes(12), state_bytes=32, state_values_bytes=12)
        lines = self.succeeds(TOOL, path).splitlines()
        for line in ("  state: 32 bytes, 12 with values",
                     "       0  copy out res0+0:4, state+8:4",
                     "       7  fill out state+0:4, 0x00000001"):
            self.assertIn(line, lines)
        document = json.loads(self.succeeds(TOOL, path, "--output=json"))
        self.assertEqual((document["state_bytes"], document["state_values_bytes"]), (32, 12))
        self.assertEqual(document["functions"][0]["code"][0]["source"], {
            "base": "state", "offset_bytes": 8, "length_bytes": 4, "written": False})

    def test_registers(self):
        """Doubles four numbers in a loop."""
        entry = module_builder.function(
            "main", [module_builder.value("4xf32")], [module_builder.value("4xf32")],
            [[0x0114, 4], [0x0214, 1], [0x00030329, 0], [0x03030380], [0x00040339, 0], [0x02010012, 0]])
        entry["register_types"], entry["blocks"] = [0, 0, 0, 2], [4]
        path = self.module(entry)
        lines = self.succeeds(TOOL, path).splitlines()
        self.assertEqual(lines[lines.index("code of @main") + 1:], [
            "       0  const.i32 r1, 4", "       2  const.i32 r2, 1", "    block 0:",
            "       4  load.f32 r3, base 3, r0, 0", "       6  add.f32 r3, r3, r3",
            "       7  store.f32 r3, base 4, r0, 0", "       9  next r0, r1, r2, block 0",
            "      11  return"])
        document = json.loads(self.succeeds(TOOL, "--output=json", path))
        self.assertEqual(document["functions"][0]["code"][3],
                         {"word": 6, "op": "add.f32", "operands": "r3, r3, r3"})

    def with_kernels(self):
        written = module_builder.WRITTEN
        entry = module_builder.function(
            "main", [module_builder.value("4xf32")], [module_builder.value("4xf32")],
            [module_builder.dispatch(1, 4, [(3, 0, 16), (0 | written, 64, 16)], [7, 9]),
             module_builder.dispatch(0, 1, [(0, 64, 16), (4 | written, 0, 16)])])
        entry["arena_bytes"], entry["stack_bytes"] = 128, 32
        kernels = [{"name": "relu", "binding_count": 2, "constant_count": 0},
                   {"name": "scale", "binding_count": 2, "constant_count": 2,
                    "location": "dense_1/mul"}]
        return self.module(entry, kernels=kernels)

    def test_text_of_kernels(self):
        lines = self.succeeds(TOOL, self.with_kernels()).splitlines()
        for line in ("  [0] relu: bindings 2, constants 0",
                     "  [1] scale: bindings 2, constants 2, from dense_1/mul",
                     "  [0] static-library, 0 bytes, code of kernels 300 bytes", "    target: riscv32-none-elf",
                     "    cpu: generic-rv32", "    features: +m,+c", "    abi: ilp32",
                     "    library: test",
                     "    identity: 0x00001234, required features: 0x00000000",
                     "    kernel scale: stack 32 bytes, code 200 bytes",
                     "       0  dispatch @scale(arg0+0:16, out arena+64:16) range 4 constants 7 9",
                     "      11  dispatch @relu(arena+64:16, out res0+0:16) range 1"):
            self.assertIn(line, lines)

    def test_json_of_kernels(self):
        document = json.loads(self.succeeds(TOOL, self.with_kernels(), "--output=json"))
        self.assertEqual(document["stack_bytes"], 32)
        self.assertEqual(document["kernels"][1], {
            "name": "scale", "location": "dense_1/mul", "binding_count": 2, "constant_count": 2})
        self.assertEqual(document["executables"], [{
            "format": "static-library", "target": "riscv32-none-elf", "cpu": "generic-rv32",
            "features": "+m,+c", "abi": "ilp32", "library_name": "test", "identity": 0x1234,
            "required_features": 0, "image_bytes": 0, "code_bytes": 300,
            "kernels": [{"name": "relu", "stack_bytes": 16, "code_bytes": 100},
                        {"name": "scale", "stack_bytes": 32, "code_bytes": 200}]}])
        self.assertEqual(document["functions"][0]["code"][0], {
            "word": 0, "op": "dispatch", "kernel": 1, "kernel_name": "scale", "independent": False,
            "range_count": 4,
            "bindings": [
                {"base": "arg0", "offset_bytes": 0, "length_bytes": 16, "written": False},
                {"base": "arena", "offset_bytes": 64, "length_bytes": 16, "written": True}],
            "constants": [7, 9]})

    def test_kernels_without_loader_do_not_run(self):
        error = self.fails("iree-run-module", f"--module={self.with_kernels()}", "--input=4xf32")
        self.assertIn("static-library", error)

    def test_control_characters_are_escaped(self):
        entry = module_builder.identity("f", "f32")
        entry["arguments"][0]["name"] = "a\x1b[2Jb"
        path = self.module(entry)
        self.assertIn("argument[0] a\\x1b[2Jb: f32", self.succeeds(TOOL, path))
        document = json.loads(self.succeeds(TOOL, path, "--output=json"))
        self.assertEqual(document["functions"][0]["arguments"][0]["name"], "a\x1b[2Jb")

    def test_errors(self):
        self.assertIn("FILE is missing", self.fails(TOOL))
        self.assertIn("unknown flag --outptu", self.fails(TOOL, "--outptu=json", "x"))
        self.assertIn("expected text, all", self.fails(TOOL, "--output=xml", self.sample()))
        self.assertIn("unexpected argument", self.fails(TOOL, "a", "b"))
        self.assertIn("missing.vmfb: no such file", self.fails(TOOL, self.path("missing.vmfb")))
        self.assertIn("is no regular file", self.fails(TOOL, str(self.folder)))
        good = pathlib.Path(self.sample()).read_bytes()
        bad = pathlib.Path(self.path("bad.vmfb"))
        for length in [*range(0, len(good), 17), len(good) - 1]:
            bad.write_bytes(good[:length])
            self.assertIn("bad.vmfb", self.fails(TOOL, str(bad)))


if __name__ == "__main__":
    tool_test.main()
