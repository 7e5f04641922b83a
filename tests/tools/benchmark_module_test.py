# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""iree-benchmark-module: what it measures, prints and refuses."""

import json
import os
import pathlib

import module_builder
import tool_test

TOOL = "iree-benchmark-module"
SHORT = "--benchmark_min_time=0.001"


class BenchmarkTest(tool_test.ToolTest):
    def two_functions(self):
        return self.module(module_builder.identity("first", "4xf32"),
                           module_builder.identity("second", "2xi8", "f32"))

    def measured(self, *arguments):
        """The library's JSON document."""
        return json.loads(self.succeeds(TOOL, SHORT, "--benchmark_format=json", *arguments))

    def test_all_functions(self):
        document = self.measured(f"--module={self.two_functions()}")
        self.assertEqual([b["name"] for b in document["benchmarks"]],
                         ["BM_first/real_time", "BM_second/real_time"])
        for benchmark in document["benchmarks"]:
            self.assertGreater(benchmark["real_time"], 0)
            self.assertGreater(benchmark["items_per_second"], 0)
            self.assertEqual(benchmark["time_unit"], "ns")
        self.assertEqual(document["context"]["executable"], "none")

    def test_one_function(self):
        module = f"--module={self.two_functions()}"
        document = self.measured(module, "--function=second", "--input=2xi8=1 2", "--input=2.5",
                                 "--time_unit=us", "--benchmark_repetitions=2")
        rows = [b for b in document["benchmarks"] if b["run_type"] == "iteration"]
        self.assertEqual([b["name"] for b in rows], ["BM_second/real_time"] * 2)
        self.assertEqual({b["time_unit"] for b in document["benchmarks"]}, {"us"})
        text = self.succeeds(TOOL, SHORT, module, "--function=module.first", "--device=local-sync")
        self.assertIn("BM_first/real_time", text)
        self.assertNotIn("BM_second", text)

    def test_quantized_inputs(self):
        entry = module_builder.identity("f", "2xi8")
        entry["arguments"][0]["quantization"] = {"axis": -1, "scales": [0.5], "zero_points": [0]}
        module = self.module(entry)
        self.succeeds(TOOL, SHORT, f"--module={module}", "--input=2xf32=1 2", "--quantize_inputs")
        self.assertIn("--quantize_inputs would quantise",
                      self.fails(TOOL, SHORT, f"--module={module}", "--input=2xf32=1 2"))

    def test_dispatches_of_programs_without_kernels(self):
        output = self.succeeds(TOOL, SHORT, f"--module={self.two_functions()}", "--dispatches",
                               f"--dispatch_report={self.path('report.json')}")
        self.assertIn("dispatches of @first: 0, medians of 20 runs\n", output)
        self.assertIn("dispatches of @second: 0, medians of 20 runs\n", output)
        self.assertRegex(output, r"outside of kernels\n$")
        report = json.loads(pathlib.Path(self.path("report.json")).read_text())
        self.assertEqual(list(report), ["module", "functions"])
        self.assertEqual(report["module"], self.path("test.vmfb"))
        for function in report["functions"]:
            self.assertEqual(list(function), ["name", "runs", "median_ns", "outside_ns", "outside_share",
                                              "dispatches"])
            self.assertEqual((function["runs"], function["dispatches"]), (20, []))

    def test_flag_errors(self):
        module = f"--module={self.two_functions()}"
        for arguments, text in (
                ([], "--module= is missing"),
                ([module, "--no_such_flag=1"], "unknown flag --no_such_flag"),
                ([module, "--device=cuda"], "available: local-sync"),
                ([module, "--time_unit=h"], "--time_unit=h: expected ns, us, ms or s"),
                ([module, "--benchmark_no_such=1"], "does not understand --benchmark_no_such=1"),
                ([module, "--benchmark_repetitions=x"], "does not understand --benchmark_repetitions=x"),
                ([module, "--benchmark_format=xml"], "does not understand the value of a --benchmark_"),
                ([module, "--benchmark_filter=third"], "--benchmark_filter= leaves nothing to measure"),
                ([module, "--dispatches", "--benchmark_format=json"], "use --dispatch_report=FILE"),
                ([module, "--dispatch_runs=0"], "at least one run"),
                ([module, "--function=third"], "no function 'third'; it has: first, second"),
                ([module, "--input=4xf32"], "--input= needs a --function=: the module has 2 functions"),
                ([module, "--function=second", "--input=2xi8"], "expected 2 --input= (2xi8, f32), got 1"),
                ([module, "--function=first", "--input=3xf32"], "input[0] (in0): expected 4xf32, got 3xf32"),
                (["--module=missing.vmfb"], "missing.vmfb: no such file")):
            result = self.run_tool(TOOL, SHORT, *arguments)
            self.assertEqual(result.returncode, 1, arguments)
            self.assertIn(f"{TOOL}: error: ", result.stderr)
            self.assertIn(text, result.stderr)
        self.assertIn("--benchmark_...", self.succeeds(TOOL, "--help"))

    def test_failed_report_leaves_no_file(self):
        error = self.run_tool(TOOL, SHORT, f"--module={self.two_functions()}",
                              f"--dispatch_report={self.path('missing/report.json')}")
        self.assertEqual(error.returncode, 1)
        self.assertIn("--dispatch_report: ", error.stderr)
        self.assertEqual(os.listdir(self.folder), ["test.vmfb"])

    def test_module_without_functions(self):
        self.assertIn("it has: none", self.fails(TOOL, f"--module={self.module()}", "--function=f"))
        self.assertIn("the module's functions: none", self.fails(TOOL, f"--module={self.module()}"))


if __name__ == "__main__":
    tool_test.main()
