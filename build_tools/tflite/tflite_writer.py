# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""Writes TensorFlow Lite models (.tflite), with Debian's python3-flatbuffers.

    model = Model()
    graph = model.subgraph("main")
    x = graph.input("x", (1, 4), "int8", scale=0.5, zero_point=3)
    y = graph.output("y", (1, 4), "int8", scale=0.5, zero_point=3)
    graph.operator("RELU", [x], [y])
    path.write_bytes(model.to_bytes())

A tensor is its index in its subgraph. Nothing is checked: tests also write
models that no reader should accept. The same calls give the same bytes.
"""

import dataclasses

import flatbuffers
import numpy as np
import tflite_format


@dataclasses.dataclass
class Tensor:
    name: str
    shape: tuple
    type: str
    data: bytes = None              # None: not a constant
    scale: tuple = ()               # one each tensor, or one each channel of `axis`
    zero_point: tuple = ()
    axis: int = 0
    is_variable: bool = False
    shape_signature: tuple = None   # -1: a size that is known when the model runs


@dataclasses.dataclass
class Operator:
    name: str
    inputs: list
    outputs: list
    options: dict
    version: int = 1
    custom_code: str = None
    custom_options: bytes = None
    intermediates: tuple = ()

    def code(self):
        number = tflite_format.OPERATORS[self.name][0]
        return number, self.custom_code or "", self.version


class SubGraph:
    def __init__(self, name, index):
        self.name = name
        self.index = index
        self.tensors = []
        self.operators = []
        self.inputs = []
        self.outputs = []

    def tensor(self, name, shape, type, *, data=None, scale=(), zero_point=None, axis=0,
               is_variable=False, shape_signature=None):
        """Adds a tensor; returns its index. A scale without zero points has zeros."""
        scale = tuple(np.atleast_1d(np.asarray(scale, float)).tolist())
        if zero_point is None:
            zero_point = [0] * len(scale)
        zero_point = tuple(np.atleast_1d(np.asarray(zero_point, np.int64)).tolist())
        self.tensors.append(Tensor(name, tuple(shape), type, data, scale, zero_point, axis,
                                   is_variable, shape_signature))
        return len(self.tensors) - 1

    def input(self, *arguments, **quantization):
        self.inputs.append(self.tensor(*arguments, **quantization))
        return self.inputs[-1]

    def output(self, *arguments, **quantization):
        self.outputs.append(self.tensor(*arguments, **quantization))
        return self.outputs[-1]

    def constant(self, name, array, type=None, **quantization):
        """A constant; its type is the array's unless it is given (int4)."""
        array = np.asarray(array)
        type = type or array.dtype.name
        return self.tensor(name, array.shape, type, data=encode(array, type), **quantization)

    def operator(self, name, inputs, outputs, *, version=1, intermediates=(), **options):
        """Adds a builtin operator; options as in tflite_format. An absent input is -1."""
        self.operators.append(Operator(name, list(inputs), list(outputs), options, version,
                                       intermediates=tuple(intermediates)))

    def custom(self, code, inputs, outputs, options=b"", version=1):
        self.operators.append(Operator("CUSTOM", list(inputs), list(outputs), {}, version,
                                       custom_code=code, custom_options=options))


class Model:
    def __init__(self, description="", version=tflite_format.VERSION):
        self.description = description
        self.version = version
        self.subgraphs = []
        self.signatures = []

    def subgraph(self, name):
        self.subgraphs.append(SubGraph(name, len(self.subgraphs)))
        return self.subgraphs[-1]

    def signature(self, key, graph, inputs=None, outputs=None):
        """A public name of a subgraph; inputs, outputs: {name: tensor index}."""
        if inputs is None:
            inputs = {graph.tensors[index].name: index for index in graph.inputs}
        if outputs is None:
            outputs = {graph.tensors[index].name: index for index in graph.outputs}
        self.signatures.append((key, graph.index, inputs, outputs))

    def to_bytes(self):
        return _Writer(self).bytes


def encode(array, type):
    """The bytes of a buffer."""
    if type != "int4":
        dtype = np.dtype(tflite_format.ELEMENT_TYPES[type][1]).newbyteorder("<")
        return np.ascontiguousarray(array, dtype).tobytes()
    halves = np.asarray(array, np.int8).ravel().view(np.uint8) & 15
    halves = np.append(halves, np.zeros(len(halves) % 2, np.uint8))
    return (halves[::2] | halves[1::2] << 4).tobytes()


class _Writer:
    """FlatBuffers are written from the leaves to the root."""

    def __init__(self, model):
        self.builder = flatbuffers.Builder(1024)
        self.codes = []         # (number, custom code, version)
        self.buffers = [None]   # buffer 0 is the empty one
        subgraphs = [self._subgraph(graph) for graph in model.subgraphs]
        buffers = [self._buffer(data) for data in self.buffers]
        codes = [self._code(*code) for code in self.codes]
        signatures = [self._signature(*signature) for signature in model.signatures]
        root = self._table({
            0: ("Uint32", model.version), 1: self._offsets(codes), 2: self._offsets(subgraphs),
            3: self._string(model.description), 4: self._offsets(buffers),
            7: self._offsets(signatures)})
        self.builder.Finish(root, file_identifier=tflite_format.IDENTIFIER)
        self.bytes = bytes(self.builder.Output())

    def _table(self, fields):
        """fields: {id: offset, (scalar type, value), or None}."""
        self.builder.StartObject(max(fields, default=-1) + 1)
        for number, value in fields.items():
            if isinstance(value, tuple):
                kind, value, default = (*value, 0)[:3]
                getattr(self.builder, f"Prepend{kind}Slot")(number, value, default)
            elif value is not None:
                self.builder.PrependUOffsetTRelativeSlot(number, value, 0)
        return self.builder.EndObject()

    def _string(self, text):
        return self.builder.CreateString(text) if text else None

    def _offsets(self, offsets):
        if not offsets:
            return None
        self.builder.StartVector(4, len(offsets), 4)
        for offset in reversed(offsets):
            self.builder.PrependUOffsetTRelative(offset)
        return self.builder.EndVector()

    def _vector(self, values, dtype):
        return self.builder.CreateNumpyVector(np.asarray(values, dtype))

    def _buffer(self, data):
        if data is None:
            return self._table({})
        self.builder.StartVector(1, len(data), 16)
        self.builder.head -= len(data)
        self.builder.Bytes[self.builder.head:self.builder.head + len(data)] = data
        return self._table({0: self.builder.EndVector()})

    def _code(self, number, custom, version):
        first = min(number, tflite_format.FIRST_EXTENDED_OPERATOR)
        return self._table({0: ("Int8", first), 1: self._string(custom),
                            2: ("Int32", version, 1), 3: ("Int32", number)})

    def _subgraph(self, graph):
        tensors = self._offsets([self._tensor(tensor) for tensor in graph.tensors])
        operators = self._offsets([self._operator(each) for each in graph.operators])
        return self._table({
            0: tensors, 1: self._vector(graph.inputs, np.int32),
            2: self._vector(graph.outputs, np.int32), 3: operators,
            4: self._string(graph.name)})

    def _tensor(self, tensor):
        buffer = 0
        if tensor.data is not None:
            buffer = len(self.buffers)
            self.buffers.append(tensor.data)
        quantization = None
        if tensor.scale:
            quantization = self._table({
                2: self._vector(tensor.scale, np.float32),
                3: self._vector(tensor.zero_point, np.int64), 6: ("Int32", tensor.axis)})
        signature = tensor.shape_signature
        return self._table({
            0: self._vector(tensor.shape, np.int32),
            1: ("Int8", tflite_format.ELEMENT_TYPES[tensor.type][0]), 2: ("Uint32", buffer),
            3: self._string(tensor.name), 4: quantization, 5: ("Bool", tensor.is_variable),
            7: None if signature is None else self._vector(signature, np.int32),
            8: ("Bool", True)})

    def _operator(self, operator):
        code = operator.code()
        if code not in self.codes:
            self.codes.append(code)
        kind, options = self._options(operator)
        fields = {0: ("Uint32", self.codes.index(code)),
                  1: self._vector(operator.inputs, np.int32),
                  2: self._vector(operator.outputs, np.int32),
                  3: ("Uint8", kind), 4: options}
        if operator.custom_options is not None:
            fields[5] = self._vector(np.frombuffer(operator.custom_options, np.uint8), np.uint8)
        if operator.intermediates:
            fields[8] = self._vector(operator.intermediates, np.int32)
        return self._table(fields)

    def _options(self, operator):
        """(number in the union, the options' table)."""
        name = tflite_format.OPERATORS[operator.name][1]
        if not name:
            return 0, None
        number, known = tflite_format.OPTIONS[name]
        unknown = set(operator.options) - {field for field, _, _ in known}
        if unknown:
            raise KeyError(f"{operator.name} has no option {', '.join(sorted(unknown))}")
        return number, self._table({
            index: self._option(kind, operator.options[field], default)
            for index, (field, kind, default) in enumerate(known) if field in operator.options})

    def _option(self, kind, value, default):
        if kind in tflite_format.ENUMS:
            return "Int8", tflite_format.ENUMS[kind].index(value)
        if kind == "type":
            return "Int8", tflite_format.ELEMENT_TYPES[value][0]
        if kind == "ints":
            return self._vector(value, np.int32)
        if kind == "string":
            return self._string(value)
        scalar = {"int": "Int32", "int8": "Int8", "bool": "Bool", "float": "Float32"}[kind]
        return scalar, value, default

    def _signature(self, key, subgraph, inputs, outputs):
        def maps(names):
            return self._offsets([self._table({0: self._string(name), 1: ("Uint32", index)})
                                  for name, index in names.items()])
        inputs, outputs = maps(inputs), maps(outputs)
        return self._table({0: inputs, 1: outputs, 2: self._string(key),
                            4: ("Uint32", subgraph)})
