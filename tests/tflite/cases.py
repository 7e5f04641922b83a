# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""What the tables of cases (cases_*.py) are made of: one operator with values.

    Case("add_i8", "ADD", [arg((2, 3), I8), arg((3,), I8)], I8)

Values are random from the case's and the operand's position alone, and integers
always include both ends of their range.
"""

import dataclasses
import zlib

import numpy as np
import paths  # noqa: F401  (makes the next ones importable)
import tflite_format
from reference.registry import OPERATORS, Call
from tflite_reader import Tensor


@dataclasses.dataclass(frozen=True)
class Type:
    """An element type with its quantisation."""
    name: str
    scale: object = ()
    zero_point: int = 0
    axis: int = 0

    def quantized(self, scale, zero_point=0, axis=0):
        return Type(self.name, scale, zero_point, axis)

    @property
    def dtype(self):
        return np.dtype(tflite_format.ELEMENT_TYPES[self.name][1])


F32, F16 = Type("float32"), Type("float16")
I8 = Type("int8", 0.037, -5)
U8 = Type("uint8", 0.03125, 121)
I16 = Type("int16", 0.00061)
I32, I64, BOOL = Type("int32"), Type("int64"), Type("bool")


@dataclasses.dataclass
class Operand:
    """shape, values (random from low to high if None) and whether it is in the file."""
    shape: tuple
    type: Type
    values: np.ndarray = None
    low: float = None
    high: float = None
    constant: bool = False
    variable: bool = False


def arg(shape, type, low=None, high=None):
    """An argument of the function."""
    return Operand(tuple(shape), type, low=low, high=high)


def const(shape, type, low=None, high=None):
    return Operand(tuple(shape), type, low=low, high=high, constant=True)


def given(values, type=I32):
    """A constant of given values."""
    values = np.asarray(values, type.dtype)
    return Operand(values.shape, type, values, constant=True)


def fixed(values, type):
    """An argument of given values."""
    values = np.asarray(values, type.dtype)
    return Operand(values.shape, type, values)


def state(shape, type):
    """A variable; it begins as zeros."""
    return Operand(tuple(shape), type, np.zeros(shape, type.dtype), variable=True)


def random_values(operand, seed):
    """Floats in [-2, 2) by default, integers over the whole range."""
    rng = np.random.default_rng(seed)
    dtype, shape = operand.type.dtype, operand.shape
    if dtype == bool:
        return rng.integers(0, 2, shape).astype(bool)
    if dtype.kind == "f":
        low, high = (default if given is None else given for default, given in (
            (-2, operand.low), (2, operand.high)))
        return rng.uniform(low, high, shape).astype(dtype)
    low, high = (-8, 7) if operand.type.name == "int4" else (
        np.iinfo(dtype).min, np.iinfo(dtype).max)
    low = low if operand.low is None else operand.low
    high = high if operand.high is None else operand.high
    values = rng.integers(low, high, shape, dtype, endpoint=True)
    if values.size > 2:
        values.ravel()[[0, -1]] = high, low
    return values


class Case:
    """outputs: a Type, or a list of types. shape: of the outputs, if the reference
    cannot tell it from the inputs."""

    def __init__(self, name, operator, operands, outputs, *, shape=None, floor=1e-6, version=1,
                 **options):
        self.name, self.operator, self.operands = name, operator, operands
        self.types = outputs if isinstance(outputs, list) else [outputs]
        self.options, self.version = options, version
        self.floor = floor      # absolute error that a float result may have
        for index, operand in enumerate(operands):
            if operand is not None and operand.values is None:
                seed = zlib.crc32(f"{name} {index}".encode())
                operand.values = random_values(operand, seed)
        self.shapes = [tuple(shape)] * len(self.types) if shape else self._infer()

    def _infer(self):
        """The shapes that the reference gives."""
        def tensor(operand):
            return operand and Tensor("", operand.shape, operand.type.name, None, *self._scales(
                operand.type), operand.type.axis, operand.variable)
        outputs = [Tensor("", None, type.name, None, *self._scales(type), type.axis, False)
                   for type in self.types]
        name = tflite_format.OPERATORS[self.operator][1]
        defaults = {field: tflite_format.ENUMS[kind][default] if kind in tflite_format.ENUMS
                    else default for field, kind, default in tflite_format.OPTIONS[name][1]
                    } if name else {}
        result = OPERATORS[self.operator](Call(
            self.operator, defaults | self.options, [tensor(each) for each in self.operands],
            outputs, [each and each.values.copy() for each in self.operands]))
        return [each.shape for each in (result if isinstance(result, list) else [result])]

    @staticmethod
    def _scales(type):
        scale = np.atleast_1d(np.asarray(type.scale, np.float32)).astype(float)
        zero_point = np.broadcast_to(type.zero_point, scale.shape)
        return scale, zero_point.astype(np.int64)

    @property
    def inputs(self):
        """The arrays to call the function with."""
        return [each.values for each in self.operands
                if each is not None and not each.constant and not each.variable]

    def build(self, model):
        """Adds a subgraph and a signature of the case's name."""
        graph = model.subgraph(self.name)

        def quantization(type):
            scale, zero_point = self._scales(type)
            return {"scale": scale, "zero_point": zero_point, "axis": type.axis}
        inputs = []
        for index, operand in enumerate(self.operands):
            if operand is None:
                inputs.append(-1)
                continue
            arguments = (f"in{index}", operand.shape, operand.type.name)
            extra = quantization(operand.type)
            if operand.constant:
                inputs.append(graph.constant(f"in{index}", operand.values, operand.type.name,
                                             **extra))
            elif operand.variable:
                inputs.append(graph.tensor(*arguments, is_variable=True, **extra))
            else:
                inputs.append(graph.input(*arguments, **extra))
        outputs = [graph.output(f"out{index}", shape, type.name, **quantization(type))
                   for index, (shape, type) in enumerate(zip(self.shapes, self.types))]
        graph.operator(self.operator, inputs, outputs, version=self.version, **self.options)
        model.signature(self.name, graph)
        return graph
