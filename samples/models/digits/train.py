# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""Trains the digits network and writes every generated file of this directory.

    /usr/bin/python3 samples/models/digits/train.py [output directory]

Needs numpy, flatbuffers and scikit-learn, whose bundled 8x8 digits are the data
set; no network. The run is seeded, trains in float64 with one BLAS thread and rounds
the result to a coarse grid, so that a second run writes the same files.
"""

import os
import pathlib
import sys

os.environ["OMP_NUM_THREADS"] = "1"
os.environ["OPENBLAS_NUM_THREADS"] = "1"

import numpy as np
from sklearn.datasets import load_digits

import emit
import emit_tflite
import float_model
import quantize
import reference

SEED = 2025
HELD_OUT_COUNT = 360
EPOCHS = 60
BATCH_SIZE = 48
PEAK_RATE = 4e-3
WEIGHT_DECAY = 0.02
# Far above what the order of additions in a BLAS can change, far below what
# the accuracy notices; also exact in float32.
WEIGHT_GRID = 2.0**-13


def load_split(rng):
    """((train images, labels), (held-out images, labels)); images in 0..1."""
    digits = load_digits()
    images = digits.images[..., None] / 16.0
    order = rng.permutation(len(images))
    held, kept = order[:HELD_OUT_COUNT], order[HELD_OUT_COUNT:]
    return ((images[kept], digits.target[kept]),
            (images[held], digits.target[held]))


def train(rng, images, labels):
    parameters = float_model.initial_parameters(rng)
    adam = float_model.Adam(parameters, WEIGHT_DECAY)
    for epoch in range(EPOCHS):
        rate = PEAK_RATE * 0.5 * (1 + np.cos(np.pi * epoch / EPOCHS))
        order = rng.permutation(len(images))
        losses = []
        for start in range(0, len(order), BATCH_SIZE):
            batch = order[start : start + BATCH_SIZE]
            logits, activations = float_model.forward(parameters, images[batch])
            loss, gradient = float_model.softmax_cross_entropy(
                logits, labels[batch])
            adam.step(parameters, float_model.backward(
                parameters, activations, gradient), rate)
            losses.append(loss)
        if epoch % 10 == 9:
            print(f"epoch {epoch + 1}: loss {np.mean(losses):.5f}")
    return {k: np.rint(v / WEIGHT_GRID) * WEIGHT_GRID
            for k, v in parameters.items()}


def weights_archive(parameters, layers, logits_scale):
    """The arrays of weights.npz: f32_<parameter>, i8_<layer>_<field>."""
    arrays = {"f32_" + k: v for k, v in parameters.items()}
    for name, layer in layers.items():
        for field, value in layer.items():
            arrays[f"i8_{name}_{field}"] = np.asarray(value)
    arrays["i8_logits_scale"] = np.float64(logits_scale)
    return arrays


def main():
    here = pathlib.Path(__file__).resolve().parent
    out = pathlib.Path(sys.argv[1]) if len(sys.argv) > 1 else here
    rng = np.random.Generator(np.random.PCG64(SEED))
    (train_x, train_y), (test_x, test_y) = load_split(rng)

    trained = train(rng, train_x, train_y)
    _, activations = float_model.forward(trained, train_x)
    layers, logits_scale = quantize.quantize(trained, activations)
    parameters = {k: v.astype(np.float32) for k, v in trained.items()}

    out.mkdir(parents=True, exist_ok=True)
    (out / "digits_f32.mlir").write_text(emit.digits_f32(parameters))
    (out / "digits_i8.mlir").write_text(emit.digits_i8(layers))
    (out / "digits_f32.tflite").write_bytes(emit_tflite.digits_f32(parameters))
    (out / "digits_i8.tflite").write_bytes(emit_tflite.digits_i8(layers))
    np.savez(out / "weights.npz",
             **weights_archive(parameters, layers, logits_scale))
    # The leading N indexes images; each is one call's argument.
    np.save(out / "images_f32.npy", test_x[:, None].astype(np.float32))
    np.save(out / "images_i8.npy", quantize.quantize_images(test_x)[:, None])
    np.save(out / "labels.npy", test_y.astype(np.int8))
    reference.write(out)


if __name__ == "__main__":
    main()
