# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""Reports on memory: of iree-compile as JSON and HTML, of iree-dump-module as text and JSON."""

import html.parser
import json
import pathlib
import re
import struct
import subprocess
import unittest
import zlib

import numpy as np

import module_builder
import tool_test

DUMP = "iree-dump-module"
SIZES = (64, 48, 24, 10)  # of the vectors between dense layers


def dense_model():
    """Three dense layers, each with a location of its own."""
    rng = np.random.default_rng(5)
    lines, value, names = [], "%x", []
    for i, (size, width) in enumerate(zip(SIZES, SIZES[1:])):
        weights = np.array2string(rng.integers(1, 100, (size, width)).astype(np.float32), threshold=1 << 20,
                                  separator=",", formatter={"float": lambda v: f"{v:.1f}"})
        lines += [f"%w{i} = arith.constant dense<{weights}> : tensor<{size}x{width}xf32>",
                  f"%z{i} = arith.constant dense<0.0> : tensor<1x{width}xf32>",
                  f"%y{i} = linalg.matmul ins({value}, %w{i} : tensor<1x{size}xf32>, tensor<{size}x{width}xf32>) "
                  f"outs(%z{i} : tensor<1x{width}xf32>) -> tensor<1x{width}xf32> loc(\"dense <{i}>\")"]
        value = f"%y{i}"
        names.append(f"dense <{i}>")
    return (f"func.func @main(%x: tensor<1x{SIZES[0]}xf32>) -> tensor<1x{SIZES[-1]}xf32> {{\n"
            + "\n".join(lines) + f"\nreturn {value} : tensor<1x{SIZES[-1]}xf32>\n}}\n"), names


def live_bytes(function):
    """Oracle, byte by byte: what straight-line code that iree-dump-module lists has in its arena."""
    steps = []
    for op in function["code"]:
        places = op.get("bindings") or [op[key] for key in ("target", "source") if key in op]
        reads, writes = set(), set()
        for place in places:
            base = 0 if place["base"] == "arena" else None
            if place["base"].startswith("res"):
                base = function["results"][int(place["base"][3:])]["arena_offset_bytes"]
            if base is not None:
                begin = base + place["offset_bytes"]
                (writes if place["written"] else reads).update(range(begin, begin + place["length_bytes"]))
        if op["op"] == "return":
            for result in function["results"]:
                begin = result["arena_offset_bytes"]
                reads.update(range(begin, begin + result["byte_length"]))
        steps.append((reads, writes))
    needed, counts = set(), []
    for reads, writes in reversed(steps):
        needed = (needed - writes) | reads
        counts.append((len(needed | writes), len(needed) + len(writes)))
    return [count[0] for count in counts[::-1]], max(count[1] for count in counts)


class Page(html.parser.HTMLParser):
    """Tags are closed in order, and nothing refers to something outside."""
    VOID = ("meta",)

    def __init__(self, text):
        super().__init__()
        self.open, self.titles, self.text = [], [], ""
        self.feed(text)
        self.close()
        assert not self.open, self.open

    def handle_starttag(self, tag, attrs):
        assert tag != "script", "has a script"
        for name, value in attrs:
            assert name not in ("src", "href", "xlink:href", "srcset", "data"), (tag, name, value)
        if tag not in self.VOID:
            self.open.append(tag)

    def handle_startendtag(self, tag, attrs):
        self.handle_starttag(tag, attrs)
        self.handle_endtag(tag)

    def handle_endtag(self, tag):
        assert self.open and self.open[-1] == tag, (tag, self.open)
        self.open.pop()

    def handle_data(self, data):
        if self.open and self.open[-1] == "title":
            self.titles.append(data)
        self.text += data


def pixels(png):
    """Rows of an 8-bit PNG without interlacing, as an array of height x width x channels."""
    assert png[:8] == b"\x89PNG\r\n\x1a\n"
    position, data = 8, b""
    while position < len(png):
        length, kind = struct.unpack(">I4s", png[position:position + 8])
        body = png[position + 8:position + 8 + length]
        if kind == b"IHDR":
            width, height, depth, colour, _, _, interlace = struct.unpack(">IIBBBBB", body)
            assert (depth, interlace) == (8, 0), (depth, interlace)
            channels = {2: 3, 6: 4}[colour]
        elif kind == b"IDAT":
            data += body
        position += 12 + length
    raw = np.frombuffer(zlib.decompress(data), np.uint8).reshape(height, 1 + width * channels)
    image = np.zeros((height, width, channels), np.uint8)
    above = np.zeros((width, channels), np.int32)
    for y in range(height):
        row = raw[y, 1:].reshape(width, channels).astype(np.int32)
        kind = raw[y, 0]
        if kind == 2:
            row = row + above
        elif kind in (1, 3, 4):
            left, corner = np.zeros(channels, np.int32), np.zeros(channels, np.int32)
            for x in range(width):
                up = above[x]
                if kind == 1:
                    guess = left
                elif kind == 3:
                    guess = (left + up) // 2
                else:
                    p = left + up - corner
                    a, b, c = abs(p - left), abs(p - up), abs(p - corner)
                    guess = np.where((a <= b) & (a <= c), left, np.where(b <= c, up, corner))
                row[x] = (row[x] + guess) & 255
                left, corner = row[x], up
        above = row & 255
        image[y] = above
    return image


class MemoryReportTest(tool_test.ToolTest):
    def compile(self, source, *flags, report="report.json", fails=False):
        pathlib.Path(self.path("model.mlir")).write_text(source, encoding="utf-8")
        command = [tool_test.OPTIONS.compiler, "--iree-hal-target-backends=llvm-cpu",
                   "--iree-llvm-target-triple=x86_64-pc-linux-elf", self.path("model.mlir"),
                   "-o", self.path("model.vmfb"), f"--iree-memory-report={self.path(report)}", *flags]
        result = subprocess.run(command, capture_output=True, timeout=tool_test.TIMEOUT_SECONDS, check=False,
                                encoding="utf-8")
        self.assertEqual(result.returncode, 1 if fails else 0, result.stderr)
        return result.stderr

    def read(self, name):
        return pathlib.Path(self.path(name)).read_text(encoding="utf-8")

    def dump(self):
        return json.loads(self.succeeds(DUMP, "--output=json", self.path("model.vmfb")))

    def check_against_oracle(self, report, dump):
        for memory, function in zip(report["functions"], dump["functions"], strict=True):
            live, unshared = live_bytes(function)
            self.assertEqual([step["live_bytes"] for step in memory["steps"]], live)
            self.assertEqual((memory["lower_bound_bytes"], memory["unshared_bytes"]), (max(live), unshared))
            self.assertEqual(memory["peak_step"], live.index(max(live)))
            self.assertEqual(memory["arena_bytes"], function["arena_bytes"])
            for buffer in memory["buffers"]:
                self.assertLessEqual(buffer["offset_bytes"] + buffer["length_bytes"], function["arena_bytes"])
            peak = memory["peak_step"]
            self.assertEqual(memory["peak_buffers"], [
                i for i, buffer in enumerate(memory["buffers"])
                if buffer["first_step"] <= peak <= buffer["last_step"]])

    def test_json(self):
        source, names = dense_model()
        self.compile(source)
        report, dump = json.loads(self.read("report.json")), self.dump()
        self.check_against_oracle(report, dump)
        main = report["functions"][0]
        dispatches = [step for step in main["steps"] if step["op"] == "dispatch"]
        self.assertEqual([step["layer"] for step in dispatches], names)
        # Every layer's result is in the arena, under the layer's name.
        written = {buffer["layer"]: buffer["length_bytes"] for buffer in main["buffers"]}
        for name, width in zip(names, SIZES[1:]):
            self.assertEqual(written[name], 4 * width)
        self.assertEqual({use["layer"]: use["bytes"] for use in main["constants"]},
                         {name: 4 * size * width for name, size, width in zip(names, SIZES, SIZES[1:])})
        # The two largest neighbours, which no schedule avoids.
        self.assertEqual(main["lower_bound_bytes"], 4 * (SIZES[1] + SIZES[2]))
        self.assertEqual(main["steps"][main["peak_step"]]["layer"], names[1])
        executable = dump["executables"][0]
        self.assertEqual([(k["stack_bytes"], k["code_bytes"]) for k in report["kernels"]],
                         [(k["stack_bytes"], k["code_bytes"]) for k in executable["kernels"]])
        self.assertEqual(report["kernel_code_bytes"], sum(k["code_bytes"] for k in executable["kernels"]))
        for field in ("arena_bytes", "state_bytes", "stack_bytes", "constants_bytes", "bytecode_bytes",
                      "file_bytes"):
            self.assertEqual(report[field], dump[field])
        self.assertEqual(report["library_bytes"], executable["image_bytes"])
        # The file alone says the same, with the layers that a kernel serves.
        own = dump["functions"][0]["memory"]
        self.assertEqual([own[key] for key in ("buffers", "peak_buffers", "lower_bound_bytes")],
                         [main[key] for key in ("buffers", "peak_buffers", "lower_bound_bytes")])

    def test_all_schedules(self):
        for favor in ("min-peak-memory", "max-concurrency", "debug"):
            self.compile(dense_model()[0], f"--iree-stream-partitioning-favor={favor}")
            self.check_against_oracle(json.loads(self.read("report.json")), self.dump())

    def test_text(self):
        self.compile(dense_model()[0])
        lines = self.succeeds(DUMP, "--output=memory", self.path("model.vmfb")).splitlines()
        bound = 4 * (SIZES[1] + SIZES[2])
        self.assertRegex(lines[0], rf"^memory of @main: arena \d+ bytes, at least {bound} in this order of steps$")
        self.assertRegex(lines[2], r"^  most is live at step 1 of 4, \S+ \(dense <1>\)$")
        self.assertIn("  buffers: 3", lines)
        for name, size, width in zip(("dense <0>", "dense <1>"), SIZES, SIZES[1:]):
            self.assertTrue(any(re.fullmatch(rf"    {4 * size * width} bytes, \S+ \({name}\)", line)
                                for line in lines), lines)

    def test_branches_and_loops(self):
        """A loop's buffer stays until the loop ends; what only one branch needs is not added to the other's."""
        written = module_builder.WRITTEN
        big, small = 1024, 64
        code = [[0x0114, 0],                                            # 0 const.i32 r1, 0
                [0x0111, 0 | 1 << 16],                                  # 2 cond_br r1, block 0, block 1
                module_builder.fill(0, big, 4, 1),                      # 4 block 0
                module_builder.copy(4, 0, small),                       # 10
                [0x10, 2],                                              # 17 br block 2
                module_builder.fill(0, small, 4, 2),                    # 19 block 1
                module_builder.copy(4, 0, small)]                       # 25, block 2 at 32: return
        entry = module_builder.function("main", [module_builder.value("16xi32")],
                                        [module_builder.value("16xi32")], code)
        entry["arena_bytes"] = 2048
        entry["results"][0]["arena_offset"] = 1024
        entry["register_types"], entry["blocks"] = [0, 0], [4, 19, 32]
        self.assertEqual(written, 1 << 31)
        memory = json.loads(self.succeeds(DUMP, "--output=json", self.module(entry)))["functions"][0]["memory"]
        self.assertEqual([(step["op"], step["live_bytes"]) for step in memory["steps"]], [
            ("cond_br", 0), ("fill", big), ("copy", small + small), ("br", small),
            ("fill", small), ("copy", small + small), ("return", small)])
        self.assertEqual(memory["lower_bound_bytes"], big)

    def test_dynamic_shapes(self):
        source = """func.func @f(%x: tensor<?xf32>) -> tensor<?xf32> {
          %y = math.absf %x : tensor<?xf32>
          return %y : tensor<?xf32>
        }"""
        self.compile(source)
        self.assertTrue(json.loads(self.read("report.json"))["functions"][0]["dynamic"])
        self.compile(source, report="report.html")
        self.assertIn("known at run time only", Page(self.read("report.html")).text)
        self.assertIn("more is needed for dynamic shapes",
                      self.succeeds(DUMP, "--output=memory", self.path("model.vmfb")))
        self.compile(dense_model()[0])
        self.assertFalse(json.loads(self.read("report.json"))["functions"][0]["dynamic"])

    def test_too_long(self):
        """A file made to be slow: every step has places of its own."""
        count = 6000
        code = [module_builder.copy(0, 0, 16, offset=32 * i, source_offset=32 * i + 16) for i in range(count)]
        entry = module_builder.function("main", [], [], code)
        entry["arena_bytes"] = 32 * count
        path = self.module(entry)
        memory = json.loads(self.succeeds(DUMP, "--output=json", path))["functions"][0]["memory"]
        self.assertTrue(memory["too_long"])
        self.assertEqual((memory["steps"], memory["buffers"], memory["lower_bound_bytes"]), ([], [], 0))
        self.assertIn("too many steps to follow", self.succeeds(DUMP, "--output=memory", path))

    def test_several_functions_and_state(self):
        self.compile("""ml_program.global private mutable @v(dense<1> : tensor<5xi32>) : tensor<5xi32>
        func.func @f(%x: tensor<5xi32>) -> tensor<5xi32> {
          %old = ml_program.global_load @v : tensor<5xi32>
          %y = arith.addi %x, %old : tensor<5xi32>
          ml_program.global_store @v = %y : tensor<5xi32>
          return %y : tensor<5xi32>
        }
        func.func @g(%x: tensor<3xi8>) -> tensor<3xi8> {
          return %x : tensor<3xi8>
        }""")
        report = json.loads(self.read("report.json"))
        self.assertEqual([f["name"] for f in report["functions"]], ["f", "g"])
        self.assertEqual(report["state_bytes"], 32)  # 20, in units of 16
        self.check_against_oracle(report, self.dump())

    def test_static_library(self):
        library = self.path("model.o")
        self.compile(dense_model()[0], f"--iree-llvm-static-library-output-path={library}")
        report, dump = json.loads(self.read("report.json")), self.dump()
        macros = dict(re.findall(r"#define MODEL_(\w+)_BYTES (\d+)", self.read("model.h")))
        self.assertEqual({name: int(value) for name, value in macros.items()}, {
            "ARENA": dump["arena_bytes"], "STATE": 0, "MEMORY": report["memory_bytes"], "STACK": dump["stack_bytes"],
            "CONSTANT": dump["constants_bytes"], "KERNEL_CODE": report["library_bytes"]})
        self.assertGreaterEqual(report["library_bytes"], report["kernel_code_bytes"])

    def test_html(self):
        source, names = dense_model()
        self.compile(source, report="report.html")
        text = self.read("report.html")
        for outside in ("http:", "https:", "url(", "@import", "//"):
            self.assertNotIn(outside, text)
        page = Page(text)
        for name in names:
            self.assertIn(name, page.text)
            self.assertTrue(any(name in title for title in page.titles), page.titles)
        self.assertIn(f"What sets the peak: step 1, ", page.text)

    def test_names_cannot_break_the_page(self):
        name = "</svg><script>alert(1)</script>&\"'"
        source = f"""func.func @f(%x: tensor<64xf32>) -> tensor<64xf32> {{
          %y = math.absf %x : tensor<64xf32> loc({json.dumps(name)})
          return %y : tensor<64xf32>
        }}"""
        self.compile(source, report="report.html")
        self.assertIn("<script>alert(1)</script>&", Page(self.read("report.html")).text)

    def test_errors_leave_nothing(self):
        source = dense_model()[0]
        missing = self.path("missing/report.json")
        folder = self.path("folder.html")
        pathlib.Path(folder).mkdir()
        output, static = f"-o={self.path('model.vmfb')}", "--iree-llvm-static-library-output-path="
        cases = [
            ([f"--iree-memory-report={self.path('report.txt')}"], "unknown extension; available: .json, .html"),
            (["--iree-memory-report="], "unknown extension"),
            ([f"--iree-memory-report={missing}"], "cannot write '"),
            ([f"--iree-memory-report={folder}"], "cannot write '"),
            (["--compile-to=schedule"], "needs a whole compilation"),
            (["--output-format=vm-asm"], "needs a whole compilation"),
            ([f"{static}{self.path('missing/model.o')}"], "cannot write '"),
            ([f"-o={self.path('report.json')}"], "are the same file"),
            ([f"-o={self.path('missing/model.vmfb')}"], "cannot write '"),
        ]
        for flags, message in cases:
            with self.subTest(flags=flags):
                report = [] if any("memory-report" in flag for flag in flags) else [
                    f"--iree-memory-report={self.path('report.json')}"]
                path = [] if any(flag.startswith("-o=") for flag in flags) else [output]
                pathlib.Path(self.path("model.mlir")).write_text(source, encoding="utf-8")
                result = subprocess.run(
                    [tool_test.OPTIONS.compiler, "--iree-hal-target-backends=llvm-cpu", self.path("model.mlir"),
                     *path, *report, *flags],
                    capture_output=True, timeout=tool_test.TIMEOUT_SECONDS, check=False, encoding="utf-8")
                self.assertEqual(result.returncode, 1)
                self.assertIn(message, result.stderr)
                self.assertEqual(sorted(p.name for p in self.folder.iterdir()), ["folder.html", "model.mlir"])

    def chromium(self, *flags):
        result = subprocess.run(
            [tool_test.OPTIONS.chromium, "--headless=new", "--no-sandbox", "--disable-gpu", "--disable-dev-shm-usage", "--hide-scrollbars",
             "--enable-logging=stderr", "--window-size=1200,900", f"--user-data-dir={self.path('profile')}",
             *flags, pathlib.Path(self.path("report.html")).as_uri()],
            capture_output=True, timeout=tool_test.TIMEOUT_SECONDS, check=False, encoding="utf-8")
        self.assertEqual(result.returncode, 0, result.stderr)
        # What pages complain about, scripts included.
        self.assertNotIn("CONSOLE", result.stderr)
        return result.stdout

    def test_browser(self):
        if not tool_test.OPTIONS.chromium:
            self.skipTest("no chromium (Debian: chromium)")
        source, names = dense_model()
        self.compile(source, report="report.html")
        document = self.chromium("--dump-dom")
        for text in (*names, "Memory of @module", "Arena over time", str(4 * SIZES[1])):
            self.assertIn(html.escape(text, quote=False), document)
        self.chromium(f"--screenshot={self.path('page.png')}")
        image = pixels(pathlib.Path(self.path("page.png")).read_bytes())[..., :3]
        self.assertEqual(image.shape[:2], (900, 1200))
        white = np.all(image == 255, axis=2)
        self.assertGreater(1 - white.mean(), 0.05)
        # The picture has coloured areas: three buffers.
        colours, counts = np.unique(image.reshape(-1, 3), axis=0, return_counts=True)
        vivid = colours[counts > 2000].astype(int)
        self.assertGreaterEqual((vivid.max(axis=1) - vivid.min(axis=1) > 20).sum(), 3)
        # Nothing is wider than the page.
        self.assertTrue(white[:, -8:].all())


if __name__ == "__main__":
    tool_test.main()
