# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""Tables of functions, computed in float32: an entry each 8-bit value, or 513 points
over the range of 16-bit values with linear interpolation (9 bits choose, 7 bits
interpolate). Each point is moved by half the error that the interpolation has in
the middle of its interval."""

import numpy as np
from reference import fixed_point
from reference.registry import f32, limits


def evaluate(function, points):
    """In double, rounded once: a correctly rounded float32 function."""
    return f32(function(points.astype(float)))


def table_8bit(call, function):
    """function, given floats, of every input value, requantised. The result is to be
    indexed with the input minus the type's smallest value."""
    low, high = limits(call.out.type)
    values = np.arange(low, high + 1)
    real = f32(call.scale(0)) * f32(values - call.zero_point(0))
    transformed = evaluate(function, real) * (f32(1) / f32(call.scale()))
    return np.clip(fixed_point.round_away(transformed) + call.zero_point(), low, high)


def apply_8bit(call, function):
    index = call.values[0].astype(np.int64) - limits(call.out.type)[0]
    return call.cast(table_8bit(call, function)[index])


def table_of_range(function, input_min, input_max, output_min, output_max):
    """513 values of int16."""
    steps = 512
    step = (f32(input_max) - f32(input_min)) / f32(steps)
    scale = f32(65536) / (f32(output_max) - f32(output_min))
    points = f32(input_min) + np.arange(steps, dtype=np.float32) * step
    nexts = f32(input_min) + np.arange(1, steps + 1, dtype=np.float32) * step
    sample = fixed_point.round_away(evaluate(function, points) * scale)
    middle = fixed_point.round_away(evaluate(function, points + step / f32(2)) * scale)
    line = fixed_point.round_away((evaluate(function, nexts) * scale + sample) / f32(2))
    table = sample - fixed_point.round_away((line - middle) / f32(2))
    last = fixed_point.round_away(evaluate(function, f32(input_max)) * scale)
    return np.clip(np.append(table, last), -32768, 32767).astype(np.int64)


def interpolate(values, table):
    values = np.asarray(values, np.int64)
    index = 256 + (values >> 7)
    slope = table[index + 1] - table[index]
    return table[index] + ((slope * (values & 127) + 64) >> 7)
