# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""Reference results of TensorFlow Lite models in numpy: integers bit for bit as
TensorFlow Lite Micro's reference kernels, floats in double precision.

    results = reference.run(tflite_reader.read(data), [input, ...])
    results.outputs, results.operators[3][0], ...
"""

import dataclasses

import numpy as np
from reference import activation  # noqa: F401  (they fill the table of operators)
from reference import arithmetic, comparison, convolution, fixed_point  # noqa: F401
from reference import quantization, recurrent, reduction, resize, shape  # noqa: F401
from reference import slicing, softmax  # noqa: F401
from reference.registry import OPERATORS, Call


@dataclasses.dataclass
class Results:
    outputs: list       # of the subgraph
    operators: list     # outputs of every operator, in the file's order
    tensors: dict       # by index; variables keep their state for the next run


def run(model, inputs, *, subgraph=0, rounding="double", state=None):
    """rounding: double or single, of requantisation. state: the `tensors` of an
    earlier run, for models with variables."""
    graph = model.subgraphs[subgraph]
    values = {index: tensor.data for index, tensor in enumerate(graph.tensors)
              if tensor.data is not None}
    for index, tensor in enumerate(graph.tensors):
        if tensor.is_variable:
            values[index] = initial_value(tensor)
            if state is not None:
                values[index] = state[index].copy()
    values.update(zip(graph.inputs, inputs, strict=True))
    outputs = []
    for operator in graph.operators:
        if operator.name in ("IF", "WHILE"):
            outputs.append(_run_control(model, operator, values, rounding))
        else:
            outputs.append(_run_operator(graph, operator, values, rounding))
        values.update(zip(operator.outputs, outputs[-1], strict=True))
    return Results([values[index] for index in graph.outputs], outputs, values)


def _run_control(model, operator, values, rounding):
    """IF: the first input chooses. WHILE: the inputs go around."""
    def call(kind, inputs):
        index = operator.options[kind + "_subgraph"]
        return run(model, inputs, subgraph=index, rounding=rounding).outputs
    inputs = [values[index] for index in operator.inputs]
    if operator.name == "IF":
        return call("then" if inputs[0] else "else", inputs[1:])
    while call("cond", inputs)[0]:
        inputs = call("body", inputs)
    return inputs


def _dtype(tensor):
    return np.float32 if tensor.type == "float32" else np.dtype(tensor.type)


def initial_value(tensor):
    """What a variable begins as: int8 as its zero point, others as 0."""
    first = tensor.zero_point[0] if tensor.type == "int8" and tensor.zero_point.size else 0
    return np.full(tensor.shape, first, _dtype(tensor))


def _run_operator(graph, operator, values, rounding):
    def tensor(index):
        return graph.tensors[index] if index >= 0 else None
    call = Call(operator.name, operator.options,
                [tensor(index) for index in operator.inputs],
                [tensor(index) for index in operator.outputs],
                [values[index] if index >= 0 else None for index in operator.inputs], rounding)
    result = OPERATORS[operator.name](call)
    results = result if isinstance(result, list) else [result]
    for each, output in zip(results, call.outputs, strict=True):
        if each.shape != output.shape or each.dtype != _dtype(output):
            raise ValueError(f"{operator.name}: result {each.dtype}{each.shape}, "
                             f"the model says {output.type}{output.shape}")
    return results
