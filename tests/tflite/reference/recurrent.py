# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""Operators with state: the caller's variables are changed."""

import numpy as np
from reference import fixed_point as fx
from reference.activation import logistic_int16, tanh_int16
from reference.registry import f32, limits, operator


@operator("SVDF")
def svdf(call):
    """Inputs: x (B, I), feature weights (F, I), time weights (F, M), bias (U), state
    (B, F * M); F = U * rank. Each filter's state moves by one and takes its feature;
    the rank filters of a unit, weighted over time, are summed. int8 with int8 or
    int16 state: both factors are computed in float32."""
    features, times = call.values[1], call.values[2]
    rank, state = call.options["rank"], call.values[4]
    memory = times.shape[1]
    history = state.reshape(len(state), -1, memory)
    history[:, :, :-1] = history[:, :, 1:].copy()
    if not call.quantized:
        history[:, :, -1] = call.real(0) @ call.real(1).T
        filtered = (history.astype(float) * call.real(2)).sum(axis=2)
        units = filtered.reshape(len(state), -1, rank).sum(axis=2)
        return call.finish_real(units + (call.real(3) if call.has(3) else 0))
    scales = [f32(call.inputs[i].scale[0]) for i in (0, 1, 2, 4)]
    feature = call.centred(0) @ features.astype(np.int64).T
    feature = call.rescale(feature, scales[0] * scales[1] / scales[3]) + call.zero_point(4)
    history[:, :, -1] = np.clip(feature, *limits(call.inputs[4].type))
    centred = history.astype(np.int64) - call.zero_point(4)
    units = (centred * times.astype(np.int64)).sum(axis=2).reshape(len(state), -1, rank)
    units = units.sum(axis=2) + (call.values[3].astype(np.int64) if call.has(3) else 0)
    return call.finish(call.rescale(units, scales[3] * scales[2] / f32(call.scale())),
                       limits(call.out.type))


# Inputs of the LSTM by gate: weights of the input, of the output state, and bias.
GATES = {"input": (1, 5, 12), "forget": (2, 6, 13), "cell": (3, 7, 14), "output": (4, 8, 15)}
OUTPUT_STATE, CELL_STATE = 18, 19


@operator("UNIDIRECTIONAL_SEQUENCE_LSTM")
def lstm(call):
    """Inputs: x (B, T, I), or (T, B, I) if time_major; weights and biases as in GATES;
    9 to 11, 16, 17 and 20 to 23 (peephole, projection, normalisation) are absent;
    output state and cell state (B, S). int8: see QuantizedCell."""
    cell = (QuantizedCell if call.quantized else FloatCell)(call)
    x = call.values[0] if call.options["time_major"] else call.values[0].swapaxes(0, 1)
    steps = np.stack([cell.step(each) for each in x])
    return steps if call.options["time_major"] else steps.swapaxes(0, 1).copy()


class FloatCell:
    def __init__(self, call):
        self.call = call
        self.hidden, self.cell = (call.values[i].astype(float) for i in (OUTPUT_STATE, CELL_STATE))

    def gate(self, x, name):
        w, r, b = GATES[name]
        values = x.astype(float) @ self.call.real(w).T + self.hidden @ self.call.real(r).T \
            + self.call.real(b)
        return np.tanh(values) if name == "cell" else 1 / (1 + np.exp(-values))

    def step(self, x):
        gates = {name: self.gate(x, name) for name in GATES}
        self.cell = gates["forget"] * self.cell + gates["input"] * gates["cell"]
        clip = self.call.options["cell_clip"]
        if clip > 0:
            self.cell = np.clip(self.cell, -clip, clip)
        self.hidden = gates["output"] * np.tanh(self.cell)
        self.call.values[OUTPUT_STATE][...] = self.hidden
        self.call.values[CELL_STATE][...] = self.cell
        return self.call.cast(self.hidden)


class QuantizedCell:
    """int8 input and output state, int16 cell state with a scale of 2^-n. Gates are
    int16 in 2^-12: the input's and the state's product, each requantised and
    saturated, then added with saturation; their activations are int16 in 2^-15."""

    def __init__(self, call):
        self.call = call
        self.hidden, self.cell = (call.values[i].astype(np.int64)
                                  for i in (OUTPUT_STATE, CELL_STATE))
        self.cell_scale = call.inputs[CELL_STATE].scale[0]

    def _product(self, values, data, weights, bias=None):
        call = self.call
        acc = (values - call.zero_point(data)) @ call.values[weights].astype(np.int64).T
        acc = acc if bias is None else acc + call.values[bias]
        factor = call.scale(data) * call.scale(weights) * 2 ** 12
        return np.clip(call.rescale(acc, factor), -32768, 32767)

    def gate(self, x, name):
        w, r, b = GATES[name]
        total = self._product(x.astype(np.int64), 0, w, b) \
            + self._product(self.hidden, OUTPUT_STATE, r)
        total = np.clip(total, -32768, 32767)
        return (tanh_int16 if name == "cell" else logistic_int16)(total, 3, 0)

    def _tanh_of_cell(self):
        left_shift = 12 + int(np.rint(np.log2(self.cell_scale)))
        if left_shift < 0:
            return tanh_int16(self.cell, 3, -left_shift)
        return tanh_int16(self.cell, 3 << left_shift, 0)

    def step(self, x):
        call = self.call
        gates = {name: self.gate(x, name) for name in GATES}
        kept = np.clip(call.rescale(gates["forget"] * self.cell, 2.0 ** -15), -32768, 32767)
        new = call.rescale(gates["input"] * gates["cell"], 2.0 ** -30 / self.cell_scale)
        self.cell = np.clip(kept + np.clip(new, -32768, 32767), -32768, 32767)
        clip = int(min(call.options["cell_clip"] / self.cell_scale, 32767))
        if clip > 0:
            self.cell = np.clip(self.cell, -clip, clip)
        scale = call.inputs[OUTPUT_STATE].scale[0]
        hidden = call.rescale(self._tanh_of_cell() * gates["output"], 2.0 ** -30 / scale)
        self.hidden = np.clip(hidden + call.zero_point(OUTPUT_STATE), -128, 127)
        call.values[OUTPUT_STATE][...] = self.hidden
        call.values[CELL_STATE][...] = self.cell
        return call.cast(self.hidden)
