# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""The tools on modules that iree-compile makes for this machine."""

import json
import pathlib
import platform
import subprocess

import tool_test

MODELS = pathlib.Path(__file__).resolve().parents[2] / "samples" / "models"


class CompiledModuleTest(tool_test.ToolTest):
    def compile(self, model, folder=MODELS):
        output = self.path(f"{pathlib.Path(model).name}.vmfb")
        subprocess.run([tool_test.OPTIONS.compiler, "--iree-hal-target-backends=llvm-cpu",
                        f"--iree-llvm-target-triple={platform.machine()}-pc-linux-elf",
                        "--iree-llvm-debug-symbols=false", str(folder / f"{model}.mlir"),
                        "-o", output], check=True, timeout=tool_test.TIMEOUT_SECONDS)
        return output

    def test_abs(self):
        output = self.succeeds("iree-run-module", f"--module={self.compile('simple_abs')}",
                               "--device=local-sync", "--function=abs", "--input=f32=-2.5")
        self.assertEqual(output, "EXEC @abs\nresult[0]: hal.buffer_view\nf32=2.5\n")

    def test_mul(self):
        output = self.succeeds("iree-run-module", f"--module={self.compile('simple_mul')}",
                               "--input=4xf32=1 2 3 4", "--input=4xf32=[1, 2, 3, 4]")
        self.assertEqual(output, "EXEC @simple_mul\nresult[0]: hal.buffer_view\n4xf32=1 4 9 16\n")

    def test_progress(self):
        """Kernel calls of every function, of those that the program has."""
        modules = [self.compile("simple_abs"), self.compile("digits/digits_i8")]
        document = json.loads(self.succeeds("iree-dump-module", modules[1], "--output=json"))
        calls = sum(step["op"] == "dispatch" for step in document["functions"][0]["code"])
        self.assertGreater(calls, 3)
        result = self.run_tool("iree-run-module", *(f"--module={path}" for path in modules), "--progress",
                               "--function=abs", "--input=-1", "--function=digits", "--input=1x8x8x1xi8")
        self.assertRegex(result.stderr, rf"^@module.abs: 1 of 1 kernel calls, \d+\.\d s\n"
                                        rf"@module.digits: {calls} of {calls} kernel calls, \d+\.\d s\n$")

    def test_benchmark_names_the_kernels_and_layers(self):
        """Of a model of seven layers, in the order of the program that iree-dump-module shows."""
        path = self.compile("digits/digits_i8")
        output = self.succeeds("iree-benchmark-module", f"--module={path}", "--benchmark_min_time=0.001",
                               "--dispatches", "--dispatch_runs=3",
                               f"--dispatch_report={self.path('report.json')}")
        report = json.loads(pathlib.Path(self.path("report.json")).read_text())
        document = json.loads(self.succeeds("iree-dump-module", path, "--output=json"))
        kernels = document["kernels"]
        wanted = [(step["kernel"], step["kernel_name"], kernels[step["kernel"]]["location"])
                  for step in document["functions"][0]["code"] if step["op"] == "dispatch"]
        [function] = report["functions"]
        self.assertEqual((function["name"], function["runs"]), ("digits", 3))
        self.assertEqual([(d["kernel"], d["kernel_name"], d["location"]) for d in function["dispatches"]],
                         wanted)
        shares = [d["share"] for d in function["dispatches"]] + [function["outside_share"]]
        self.assertAlmostEqual(sum(shares), 1)
        self.assertGreaterEqual(min(shares), 0)
        self.assertEqual({d["calls"] for d in function["dispatches"]}, {3})
        table = output[output.index("dispatches of @digits"):].splitlines()
        self.assertEqual(len(table), 2 + len(wanted) + 1)
        for line, (_, name, location) in zip(table[2:], wanted):
            self.assertRegex(line, rf" {name} +digits_i8.mlir:\d+:\d+$")
            self.assertIn(location, line)

    def test_benchmark_cuts_long_layer_names(self):
        """In the table, not in the report."""
        name = "model" * 20
        (self.folder / f"{name}.mlir").write_text(
            """func.func @f(%a: tensor<4xf32>) -> tensor<4xf32> {
                 %0 = math.absf %a : tensor<4xf32>
                 return %0 : tensor<4xf32>
               }""")
        output = self.succeeds("iree-benchmark-module", f"--module={self.compile(name, self.folder)}",
                               "--benchmark_min_time=0.001", "--dispatches",
                               f"--dispatch_report={self.path('report.json')}")
        self.assertIn(f"  {name[:77]}...\n", output)
        report = json.loads(pathlib.Path(self.path("report.json")).read_text())
        location = report["functions"][0]["dispatches"][0]["location"]
        self.assertTrue(location.startswith(f"{name}.mlir:2:"), location)

    def test_dump(self):
        path = self.compile("simple_mul")
        document = json.loads(self.succeeds("iree-dump-module", path, "--output=json"))
        [function] = document["functions"]
        self.assertEqual([value["type"] for value in function["arguments"]], ["4xf32", "4xf32"])
        [kernel] = document["kernels"]
        [executable] = document["executables"]
        self.assertEqual(executable["format"], "embedded-elf")
        self.assertGreater(executable["image_bytes"], 0)
        self.assertEqual(executable["kernels"][0]["name"], kernel["name"])
        self.assertEqual(function["code"][-1]["op"], "return")
        [dispatch] = [step for step in function["code"] if step["op"] == "dispatch"]
        self.assertEqual(dispatch["kernel_name"], kernel["name"])
        self.assertEqual(len(dispatch["bindings"]), kernel["binding_count"])
        self.assertEqual(sum(place["written"] for place in dispatch["bindings"]), 1)
        self.assertLessEqual({"arg0", "arg1"}, {place["base"] for place in dispatch["bindings"]})
        text = self.succeeds("iree-dump-module", path)
        self.assertIn(f"dispatch @{kernel['name']}(", text)


if __name__ == "__main__":
    tool_test.main()
