# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""Writes TOSA operations as text, in MLIR's generic form."""

import numpy as np

from e2e_test import Case, element_of, literal, type_of, types_of


def const(name, value):
    """A constant of an array; most attributes of operations are such operands."""
    return f'{name} = "tosa.const"() <{{values = {literal(value)}}}> : () -> {type_of(value)}\n'


def shape(name, values):
    listed = f"dense<{list(values)}> : tensor<{len(values)}xindex>"
    return (f'{name} = "tosa.const_shape"() <{{values = {listed}}}> : () -> '
            f"!tosa.shape<{len(values)}>\n")


def one(value, dtype):
    """A tensor of one element, such as a zero point."""
    return np.array([value], dtype)


def attribute(value):
    """An attribute's text: bool, i32, list of i64, or text as it is."""
    if isinstance(value, bool):
        return str(value).lower()
    if isinstance(value, int):
        return f"{value} : i32"
    if isinstance(value, (tuple, list)):
        return f"array<i64: {', '.join(map(str, value))}>"
    return value


def operation(name, operands, results, attributes=None, result_name="%r"):
    """operands: (name, value or type) pairs; results: values."""
    types = ", ".join(each if isinstance(each, str) else type_of(each) for _, each in operands)
    listed = ", ".join(f"{key} = {attribute(value)}" for key, value in (attributes or {}).items())
    properties = f"<{{{listed}}}> " if listed else ""
    if len(results) > 1:
        result_name = f"{result_name}:{len(results)}"
    return (f'{result_name} = "tosa.{name}"({", ".join(each for each, _ in operands)}) '
            f"{properties}: ({types}) -> ({types_of(*results)})\n")


def case(name, operator, arguments, expected, attributes=None, constants=(), tolerance=None):
    """One operation on the arguments, and then on constants and shapes.

    constants: an array is a tosa.const, a tuple or list a shape."""
    operands = [(f"%{chr(97 + index)}", value) for index, value in enumerate(arguments)]
    text = ""
    for index, value in enumerate(constants):
        if isinstance(value, (tuple, list)):
            text += shape(f"%k{index}", value)
            operands.append((f"%k{index}", f"!tosa.shape<{len(value)}>"))
        else:
            text += const(f"%k{index}", value)
            operands.append((f"%k{index}", value))
    expected = np.asarray(expected)
    return Case(name, list(arguments), text + operation(operator, operands, [expected], attributes),
                [expected], tolerance=tolerance)


def element(value):
    return element_of(value)
