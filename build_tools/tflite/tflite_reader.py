# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""Reads TensorFlow Lite models (.tflite) that are known to be well-formed.

Follows the FlatBuffers wire format with struct alone, so that it shares nothing
but the format's numbers with tflite_writer.py.

    model = read(path.read_bytes())
    for operator in model.subgraphs[0].operators: ...
"""

import dataclasses
import struct

import numpy as np
import tflite_format


@dataclasses.dataclass
class Tensor:
    name: str
    shape: tuple
    type: str
    data: np.ndarray        # None: not a constant
    scale: np.ndarray       # f64; one element each tensor or each channel of `axis`
    zero_point: np.ndarray  # i64
    axis: int
    is_variable: bool


@dataclasses.dataclass
class Operator:
    name: str
    version: int
    inputs: list            # indices of tensors, -1: absent
    outputs: list
    options: dict
    custom_code: str
    custom_options: bytes
    intermediates: list


@dataclasses.dataclass
class SubGraph:
    name: str
    tensors: list
    inputs: list
    outputs: list
    operators: list


@dataclasses.dataclass
class Signature:
    key: str
    subgraph: int
    inputs: dict
    outputs: dict


@dataclasses.dataclass
class Model:
    version: int
    description: str
    subgraphs: list
    signatures: list


class _Table:
    """A table at a position of the file."""

    def __init__(self, data, position):
        self.data = data
        self.position = position
        self.vtable = position - self._at("i", position)
        self.fields = (self._at("H", self.vtable) - 4) // 2

    def _at(self, kind, position):
        return struct.unpack_from("<" + kind, self.data, position)[0]

    def _field(self, number):
        """The position of a field, or 0 if it has its default."""
        offset = self._at("H", self.vtable + 4 + 2 * number) if number < self.fields else 0
        return offset and self.position + offset

    def _target(self, position):
        return position + self._at("I", position)

    def scalar(self, number, kind, default=0):
        position = self._field(number)
        return self._at(kind, position) if position else default

    def table(self, number):
        position = self._field(number)
        return _Table(self.data, self._target(position)) if position else None

    def vector(self, number, dtype):
        position = self._field(number)
        if not position:
            return np.zeros(0, dtype)
        start = self._target(position)
        return np.frombuffer(self.data, dtype, self._at("I", start), start + 4)

    def tables(self, number):
        position = self._field(number)
        if not position:
            return []
        start = self._target(position)
        elements = range(start + 4, start + 4 + 4 * self._at("I", start), 4)
        return [_Table(self.data, self._target(element)) for element in elements]

    def string(self, number):
        return self.vector(number, np.uint8).tobytes().decode()


def read(data):
    root = _Table(data, struct.unpack_from("<I", data)[0])
    if data[4:8] != tflite_format.IDENTIFIER:
        raise ValueError("not a TensorFlow Lite model")
    codes = [_operator_code(table) for table in root.tables(1)]
    buffers = [table.vector(0, np.uint8) for table in root.tables(4)]
    return Model(
        root.scalar(0, "I"), root.string(3),
        [_subgraph(table, codes, buffers) for table in root.tables(2)],
        [_signature(table) for table in root.tables(7)])


def _operator_code(table):
    code = max(table.scalar(0, "b"), table.scalar(3, "i"))
    return tflite_format.OPERATOR_NAMES[code], table.string(1), table.scalar(2, "i", 1)


def _subgraph(table, codes, buffers):
    return SubGraph(
        table.string(4), [_tensor(each, buffers) for each in table.tables(0)],
        table.vector(1, "<i4").tolist(), table.vector(2, "<i4").tolist(),
        [_operator(each, codes) for each in table.tables(3)])


def _tensor(table, buffers):
    shape = tuple(table.vector(0, "<i4").tolist())
    type = tflite_format.ELEMENT_NAMES[table.scalar(1, "b")]
    buffer = buffers[table.scalar(2, "I")]
    scale, zero_point, axis = np.zeros(0), np.zeros(0, np.int64), 0
    quantization = table.table(4)
    if quantization:
        scale = quantization.vector(2, "<f4").astype(float)
        zero_point = quantization.vector(3, "<i8").astype(np.int64)
        axis = quantization.scalar(6, "i")
    return Tensor(table.string(3), shape, type, decode(buffer, type, shape) if buffer.size else None,
                  scale, zero_point, axis, bool(table.scalar(5, "?")))


def decode(buffer, type, shape):
    """The array that a buffer's bytes hold."""
    if type == "int4":
        halves = np.stack([buffer << 4, buffer & 0xF0], axis=1).ravel().view(np.int8) >> 4
        return halves[:int(np.prod(shape, dtype=int))].reshape(shape)
    dtype = np.dtype(tflite_format.ELEMENT_TYPES[type][1])
    return np.frombuffer(buffer.tobytes(), dtype.newbyteorder("<")).astype(dtype).reshape(shape)


def _operator(table, codes):
    name, custom_code, version = codes[table.scalar(0, "I")]
    return Operator(
        name, version, table.vector(1, "<i4").tolist(), table.vector(2, "<i4").tolist(),
        _options(name, table), custom_code, table.vector(5, np.uint8).tobytes(),
        table.vector(8, "<i4").tolist())


def _options(name, operator):
    """Every option of the operator; those that the file leaves out have defaults."""
    expected = tflite_format.OPERATORS[name][1]
    if not expected:
        return {}
    number, fields = tflite_format.OPTIONS[expected]
    found = operator.scalar(3, "B")
    if found not in (0, number):
        raise ValueError(f"{name} has options {found}, not {number}")
    table = operator.table(4)
    return {field: _option(table, index, kind, default)
            for index, (field, kind, default) in enumerate(fields)}


def _option(table, index, kind, default):
    if kind == "ints":
        return table.vector(index, "<i4").tolist() if table else []
    if kind == "string":
        return table.string(index) if table else ""
    code = {"int": "i", "float": "f", "bool": "?"}.get(kind, "b")
    value = table.scalar(index, code, default) if table else default
    if kind in tflite_format.ENUMS:
        return tflite_format.ENUMS[kind][value]
    return tflite_format.ELEMENT_NAMES[value] if kind == "type" else value


def _signature(table):
    names = [{each.string(0): each.scalar(1, "I") for each in table.tables(number)}
             for number in (0, 1)]
    return Signature(table.string(2), table.scalar(4, "I"), *names)
