# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""What the families of operators share: one operator's call and the table of operators."""

import dataclasses

import numpy as np
import tflite_format
from reference import fixed_point

OPERATORS = {}
QUANTIZED_TYPES = ("int4", "int8", "uint8", "int16")


def operator(*names):
    """Registers a function Call -> result, or list of results, under operators' names."""
    def register(function):
        for name in names:
            OPERATORS[name] = function
        return function
    return register


def limits(type):
    """The smallest and largest value of an integer type."""
    if type == "int4":
        return -8, 7
    info = np.iinfo(tflite_format.ELEMENT_TYPES[type][1])
    return info.min, info.max


def f32(value):
    """Rounded to float32, as where the kernels compute scales in float."""
    return np.asarray(value, np.float32)


@dataclasses.dataclass
class Call:
    """One operator with its tensors (None: absent) and the values of its inputs.

    Scales are float32 values in float64, zero points int64. A kernel may change
    the values of inputs that are variables."""
    name: str
    options: dict
    inputs: list
    outputs: list
    values: list
    rounding: str = "double"

    @property
    def out(self):
        return self.outputs[0]

    @property
    def quantized(self):
        return self.out.type in QUANTIZED_TYPES and self.out.scale.size > 0

    def has(self, index):
        return index < len(self.inputs) and self.inputs[index] is not None

    def value(self, index):
        """An input, or None."""
        return self.values[index] if self.has(index) else None

    def scale(self, index=None):
        """Of an input, by default of the output: a number."""
        tensor = self.out if index is None else self.inputs[index]
        return float(tensor.scale[0])

    def zero_point(self, index=None):
        tensor = self.out if index is None else self.inputs[index]
        return int(tensor.zero_point[0]) if tensor.zero_point.size else 0

    def centred(self, index):
        """A quantised input without its zero point, in int64."""
        return self.values[index].astype(np.int64) - self.zero_point(index)

    def real(self, index):
        """An input in float64; quantised constants beside floats (hybrid) as they
        dequantise: (q - zero point) * scale, in each channel."""
        value, tensor = self.values[index], self.inputs[index]
        if tensor.type not in QUANTIZED_TYPES:
            return value.astype(float)
        shape = [1] * value.ndim
        if tensor.scale.size > 1:
            shape[tensor.axis] = -1
        zero_point = tensor.zero_point if tensor.zero_point.size else np.zeros(1)
        return (value - zero_point.reshape(shape)) * tensor.scale.reshape(shape)

    def rescale(self, values, factor):
        """values times a real factor, by the fixed-point multiplier nearest to it."""
        multiplier, shift = fixed_point.quantize_multiplier(factor, self.rounding)
        return fixed_point.multiply(values, multiplier, shift, self.rounding)

    def activation_range(self):
        """Of the fused activation function, in the output's quantised values: the
        real bounds over the scale, in float32, rounded half away from zero."""
        low, high = limits(self.out.type)
        bounds = {"RELU": (0, None), "RELU6": (0, 6), "RELU_N1_TO_1": (-1, 1)}.get(
            self.options.get("activation", "NONE"), (None, None))
        quantized = [None if bound is None else self.zero_point() + int(
            fixed_point.round_away(f32(bound) / f32(self.scale()))) for bound in bounds]
        return (low if quantized[0] is None else max(low, quantized[0]),
                high if quantized[1] is None else min(high, quantized[1]))

    def finish(self, values, clamp=None):
        """Adds the output's zero point and clamps to the activation or `clamp`."""
        low, high = clamp or self.activation_range()
        return self.cast(np.clip(values + self.zero_point(), low, high))

    def finish_real(self, values):
        """Clamps to the fused activation function; float32."""
        low, high = {"RELU": (0, np.inf), "RELU6": (0, 6), "RELU_N1_TO_1": (-1, 1)}.get(
            self.options.get("activation", "NONE"), (-np.inf, np.inf))
        return self.cast(np.clip(values, low, high))

    def cast(self, values):
        return np.asarray(values).astype(tflite_format.ELEMENT_TYPES[self.out.type][1])

    def axes(self, index):
        """An input of axes: a tuple without negative ones and duplicates."""
        rank = self.values[0].ndim
        return tuple(dict.fromkeys(int(axis) % rank for axis in self.values[index].ravel()))
