# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""What every kernel call of the models and every single layer costs on the emulated
boards: `./dev bench layers`."""

import json

import layers
import measure
import model_bench

MODEL_BOARDS = [board for board in ("cortex-m4", "cortex-m55", "riscv32", "riscv64v", "aarch64", "x86_64")
                if board in measure.boards()]
LAYER_BOARDS = [board for board in ("cortex-m0plus", "cortex-m4", "cortex-m55", "armv7a", "aarch64", "riscv32",
                                    "riscv64", "riscv64v", "x86_64") if board in measure.boards()]
PAGE = measure.ROOT / "benchmarks/LAYERS.md"
TABLE = measure.ROOT / "benchmarks/layer_instructions.json"
LAYERS_CASE = "layers"
ALLOWED_GROWTH = 1.02
NOTE = ("Instructions of kernel calls, counted by a QEMU plugin under `-icount shift=0`, per multiply-accumulate (MAC)."
        " **Instructions are not cycles.** Single layers are those of `build_tools/dev/layers.py`: i8 in and out but for the"
        " matmul, with rescaling. Of models, each call of a kernel in its order, with the MACs that remain after"
        " optimisation, those of padding included; where it has none, all instructions. Share: of the model's instructions"
        " on that board. Around: the runtime between the calls.")


def cases():
    """The layers' case and the models that are there, prepared together so that programs stay."""
    directory = measure.BUILD / "layers"
    found = [layers.case(LAYERS_CASE, layers.LAYERS, directory / "sources"),
             *(case for case in model_bench.all_cases())]
    model_bench.prepare(found, directory / "models")
    return directory, found


def bench_layers(boards, models):
    """Rows of layers.json: one for each call of a kernel, one for the rest of an inference."""
    directory, found = cases()
    if missing := set(models) - {case.name for case in found}:
        print(f"bench: without {', '.join(sorted(missing))}: {model_bench.NO_MODEL_FILES}")
    rows = []
    for case in found:
        is_layers = case.name == LAYERS_CASE
        if not is_layers and case.name not in models:
            continue
        for board in boards or (LAYER_BOARDS if is_layers else MODEL_BOARDS):
            calls, total, equal = layers.count_calls(case, board, directory, measure.TOOLS)
            print(f"{case.name} on {board}: {total} instructions, outputs {'equal' if equal else 'DIFFER'}", flush=True)
            common = {"model": case.name, "board": board, "total": total, "outputs_equal": equal}
            rows += [{**common, "call": index, **call} for index, call in enumerate(calls)]
            rows.append({**common, "call": None, "kernel": "", "layer": "", "macs": 0, "code_bytes": 0,
                         "instructions": total - sum(call["instructions"] for call in calls)})
    return rows


def per_mac(row):
    if row is None:
        return "–"
    return f"{row['instructions'] / row['macs']:.2f}" if row["macs"] else measure.number(row["instructions"])


def layer_table(rows):
    boards = list(dict.fromkeys(row["board"] for row in rows))
    figures = {board: layers.by_layer(layers.LAYERS, [r for r in rows if r["board"] == board]) for board in boards}
    return measure.table(["layer", "MACs", *boards],
                         [[layer.name, measure.number(layer.macs()),
                           *(f"{figures[board][layer.name][0] / layer.macs():.2f}" for board in boards)]
                          for layer in layers.LAYERS])


def model_table(rows):
    boards = list(dict.fromkeys(row["board"] for row in rows))
    by_key = {(row["board"], row["call"]): row for row in rows}
    count = 1 + max(row["call"] for row in rows if row["call"] is not None)
    titles = ["call", "layer", "kernel", "MACs"]
    for board in boards:
        titles += [board, "share"]
    lines = []
    for index in [*range(count), None]:
        own = [by_key.get((board, index)) for board in boards]
        shown = next(row for row in own if row)
        layer = shown["layer"].split(" ")
        line = ["around" if index is None else index, " ".join(layer[:2]), shown["kernel"], measure.number(shown["macs"])]
        for row in own:
            line += [per_mac(row), f"{100 * row['instructions'] / row['total']:.1f} %" if row else "–"]
        lines.append(line)
    totals = [next(row["total"] for row in rows if row["board"] == board) for board in boards]
    lines.append(["all", "", "", ""] + [cell for total in totals for cell in (measure.number(total), "100.0 %")])
    return measure.table(titles, lines, 3)


def table(rows):
    """Markdown: single layers, then each model."""
    text = []
    for model in dict.fromkeys(row["model"] for row in rows):
        own = [row for row in rows if row["model"] == model]
        text.append(f"### {'Single layers' if model == LAYERS_CASE else model}\n\n"
                    + (layer_table(own) if model == LAYERS_CASE else model_table(own)))
    return "\n\n".join(text)


def instructions_table(rows):
    """By board and layer, the instructions of the single layers."""
    own = [row for row in rows if row["model"] == LAYERS_CASE]
    return {board: {name: figures[0] for name, figures in
                    layers.by_layer(layers.LAYERS, [row for row in own if row["board"] == board]).items()}
            for board in dict.fromkeys(row["board"] for row in own)}


def write(rows):
    PAGE.write_text("<!-- SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception -->\n# Instructions by layer\n\n"
                    "Written by `./dev bench layers --write`, with `layer_instructions.json` beside it, from which"
                    " tests know the single layers' counts.\n\n" + NOTE + "\n\n" + table(rows) + "\n")
    TABLE.write_text(json.dumps(instructions_table(rows), indent=2) + "\n")
    print(f"wrote {PAGE.relative_to(measure.ROOT)} and {TABLE.relative_to(measure.ROOT)}")
