# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""Operators with state, and those that call other subgraphs."""

from cases import BOOL, F32, I8, I32, Case, Type, arg, const, fixed, state
from reference.recurrent import CELL_STATE, GATES, OUTPUT_STATE


def svdf(name, types, batch, inputs, units, rank, memory, **options):
    filters = units * rank
    x, feature, time, bias, memories, out = types
    return Case(f"svdf_{name}", "SVDF", [
        arg((batch, inputs), x), const((filters, inputs), feature, *_narrow(feature)),
        const((filters, memory), time, *_narrow(time)), const((units,), bias, *_small(bias)),
        state((batch, filters * memory), memories)], out, rank=rank, floor=4e-6, **options)


def _narrow(type):
    return () if type is F32 else (-127, 127)


def _small(type):
    return () if type is F32 else (-3000, 3000)


def lstm(name, types, batch, steps, inputs, units, **options):
    x, weights, bias, hidden, cell = types
    operands = [None] * 24
    shape = (steps, batch, inputs) if options.get("time_major") else (batch, steps, inputs)
    operands[0] = arg(shape, x)
    for w, r, b in GATES.values():
        operands[w] = const((units, inputs), weights, *_narrow(weights))
        operands[r] = const((units, units), weights, *_narrow(weights))
        operands[b] = const((units,), bias, *_small(bias))
    operands[OUTPUT_STATE] = state((batch, units), hidden)
    operands[CELL_STATE] = state((batch, units), cell)
    return Case(f"lstm_{name}", "UNIDIRECTIONAL_SEQUENCE_LSTM", operands, hidden,
                shape=(*shape[:2], units), activation="TANH", floor=4e-6, **options)


def recurrent():
    floats = (F32,) * 6
    i8 = (I8, Type("int8", 0.007), Type("int8", 0.004), Type("int32", 0.05 * 0.004),
          Type("int8", 0.05), Type("int8", 0.09, -7))
    i16 = (I8, Type("int8", 0.007), Type("int16", 0.00002), Type("int32", 0.0004 * 0.00002),
           Type("int16", 0.0004), Type("int8", 0.09, -7))
    quantized = (I8, Type("int8", 0.006), Type("int32", 0.006 * 0.037),
                 Type("int8", 1 / 128, -3), Type("int16", 2.0 ** -11))
    return [
        svdf("f32", floats, 2, 5, 4, 1, 3),
        svdf("f32_rank2", floats, 1, 6, 3, 2, 4, activation="RELU"),
        svdf("i8", i8, 2, 5, 4, 1, 3),
        svdf("i8_i16_state", i16, 1, 6, 3, 2, 4),
        lstm("f32", (F32,) * 5, 2, 4, 3, 5),
        lstm("f32_time_major", (F32,) * 5, 2, 3, 3, 4, time_major=True),
        lstm("f32_clipped", (F32,) * 5, 1, 4, 3, 4, cell_clip=0.5),
        lstm("i8", quantized, 2, 5, 4, 6),
        lstm("i8_clipped", quantized, 1, 5, 4, 6, cell_clip=1.5),
    ]


class IfCase(Case):
    """then: x + y; else: x * y."""

    def __init__(self, name, condition):
        super().__init__(name, "ADD", [fixed(condition, BOOL), arg((3,), F32), arg((3,), F32)], F32,
                         shape=(3,))

    def build(self, model):
        graph = model.subgraph(self.name)
        inputs = [graph.input("condition", (), "bool"), graph.input("x", (3,), "float32"),
                  graph.input("y", (3,), "float32")]
        output = graph.output("result", (3,), "float32")
        for offset, operator in ((1, "ADD"), (2, "MUL")):
            branch = model.subgraph(f"{self.name}_{operator}")
            ends = [branch.input("x", (3,), "float32"), branch.input("y", (3,), "float32")]
            branch.operator(operator, ends, [branch.output("result", (3,), "float32")])
        graph.operator("IF", inputs, [output], then_subgraph=graph.index + 1,
                       else_subgraph=graph.index + 2)
        model.signature(self.name, graph)
        return graph


class WhileCase(Case):
    """while (i < n) { i += 1; x += x; }"""

    def __init__(self, name, count):
        super().__init__(name, "ADD", [fixed(0, I32), fixed(count, I32), arg((3,), F32)],
                         [I32, I32, F32], shape=())
        self.shapes = [(), (), (3,)]

    def build(self, model):
        graph, condition, body = (model.subgraph(self.name + suffix)
                                  for suffix in ("", "_condition", "_body"))
        for each in (graph, condition, body):
            for name, shape, type in (("i", (), "int32"), ("n", (), "int32"), ("x", (3,), "float32")):
                each.input(name, shape, type)
        i, n, x = condition.inputs
        condition.operator("LESS", [i, n], [condition.output("more", (), "bool")])
        one = body.constant("one", I32.dtype.type(1))
        body.operator("ADD", [i, one], [body.output("next", (), "int32")])
        body.outputs.append(n)
        body.operator("ADD", [x, x], [body.output("twice", (3,), "float32")])
        outputs = [graph.output("i_end", (), "int32"), graph.output("n_end", (), "int32"),
                   graph.output("x_end", (3,), "float32")]
        graph.operator("WHILE", graph.inputs, outputs, cond_subgraph=condition.index,
                       body_subgraph=body.index)
        model.signature(self.name, graph)
        return graph


def cases():
    return recurrent() + [IfCase("if_true", True), IfCase("if_false", False),
                          WhileCase("while_5", 5), WhileCase("while_0", 0)]
