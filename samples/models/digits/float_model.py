# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""The digits network in float64 numpy, with gradients and the Adam optimiser.

Activations are NHWC. Weights have the layouts of the TOSA operators they are
exported to: OHWI for conv2d, HWCM (M = 1) for depthwise_conv2d, IO for matmul.

    conv1   3x3 stride 1  1 ->  8  ReLU   (8, 8, 1) -> (8, 8, 8)
    conv2   3x3 stride 2  8 -> 16  ReLU   (8, 8, 8) -> (4, 4, 16)
    dw      3x3 stride 1 depthwise ReLU   (4, 4, 16) -> (4, 4, 16)
    fc      256 -> 10                     logits
"""

import numpy as np

# (top, bottom, left, right); stride 2 on an even size needs only one row and
# column of SAME padding, and it goes last.
PAD_STRIDE1 = (1, 1, 1, 1)
PAD_STRIDE2 = (0, 1, 0, 1)


def initial_parameters(rng):
    """He-initialised weights and zero biases."""

    def he(shape, fan_in):
        return rng.standard_normal(shape) * np.sqrt(2.0 / fan_in)

    return {
        "conv1_w": he((8, 3, 3, 1), 9),
        "conv1_b": np.zeros(8),
        "conv2_w": he((16, 3, 3, 8), 72),
        "conv2_b": np.zeros(16),
        "dw_w": he((3, 3, 16, 1), 9),
        "dw_b": np.zeros(16),
        "fc_w": he((256, 10), 256),
        "fc_b": np.zeros(10),
    }


def _patches(x, pad, stride):
    """3x3 windows of x: (N, OH, OW, 3, 3, C)."""
    top, bottom, left, right = pad
    x = np.pad(x, ((0, 0), (top, bottom), (left, right), (0, 0)))
    windows = np.lib.stride_tricks.sliding_window_view(x, (3, 3), axis=(1, 2))
    return windows[:, ::stride, ::stride].transpose(0, 1, 2, 4, 5, 3)


def _scatter_patches(grad, in_shape, pad, stride):
    """The transpose of _patches: sums window gradients back into x."""
    top, bottom, left, right = pad
    n, h, w, c = in_shape
    padded = np.zeros((n, h + top + bottom, w + left + right, c))
    oh, ow = grad.shape[1:3]
    for ky in range(3):
        for kx in range(3):
            padded[:, ky : ky + stride * oh : stride,
                   kx : kx + stride * ow : stride] += grad[:, :, :, ky, kx]
    return padded[:, top : top + h, left : left + w]


def forward(p, x):
    """Returns (logits, activations); activations also serve backward()."""
    a = {"x": x}
    a["conv1_cols"] = _patches(x, PAD_STRIDE1, 1)
    a["conv1"] = np.maximum(
        np.tensordot(a["conv1_cols"], p["conv1_w"], ([3, 4, 5], [1, 2, 3]))
        + p["conv1_b"], 0)
    a["conv2_cols"] = _patches(a["conv1"], PAD_STRIDE2, 2)
    a["conv2"] = np.maximum(
        np.tensordot(a["conv2_cols"], p["conv2_w"], ([3, 4, 5], [1, 2, 3]))
        + p["conv2_b"], 0)
    a["dw_cols"] = _patches(a["conv2"], PAD_STRIDE1, 1)
    a["dw"] = np.maximum(
        (a["dw_cols"] * p["dw_w"][..., 0]).sum(axis=(3, 4)) + p["dw_b"], 0)
    a["flat"] = a["dw"].reshape(len(x), -1)
    a["logits"] = a["flat"] @ p["fc_w"] + p["fc_b"]
    return a["logits"], a


def softmax_cross_entropy(logits, labels):
    """Returns (mean loss, its gradient with respect to the logits)."""
    shifted = logits - logits.max(axis=1, keepdims=True)
    exp = np.exp(shifted)
    prob = exp / exp.sum(axis=1, keepdims=True)
    rows = np.arange(len(labels))
    loss = -np.log(prob[rows, labels]).mean()
    prob[rows, labels] -= 1
    return loss, prob / len(labels)


def backward(p, a, d_logits):
    """Gradients of every parameter."""
    g = {"fc_w": a["flat"].T @ d_logits, "fc_b": d_logits.sum(axis=0)}
    d = (d_logits @ p["fc_w"].T).reshape(a["dw"].shape) * (a["dw"] > 0)

    g["dw_w"] = (a["dw_cols"] * d[:, :, :, None, None]).sum(axis=(0, 1, 2))
    g["dw_w"] = g["dw_w"][..., None]
    g["dw_b"] = d.sum(axis=(0, 1, 2))
    d = _scatter_patches(d[:, :, :, None, None] * p["dw_w"][..., 0],
                         a["conv2"].shape, PAD_STRIDE1, 1)
    d = d * (a["conv2"] > 0)

    g["conv2_w"] = np.tensordot(d, a["conv2_cols"], ([0, 1, 2], [0, 1, 2]))
    g["conv2_b"] = d.sum(axis=(0, 1, 2))
    d = _scatter_patches(np.tensordot(d, p["conv2_w"], ([3], [0])),
                         a["conv1"].shape, PAD_STRIDE2, 2)
    d = d * (a["conv1"] > 0)

    g["conv1_w"] = np.tensordot(d, a["conv1_cols"], ([0, 1, 2], [0, 1, 2]))
    g["conv1_b"] = d.sum(axis=(0, 1, 2))
    return g


class Adam:
    """Adam (Kingma and Ba, 2015) with decoupled weight decay on weights."""

    def __init__(self, parameters, weight_decay):
        self.m = {k: np.zeros_like(v) for k, v in parameters.items()}
        self.v = {k: np.zeros_like(v) for k, v in parameters.items()}
        self.weight_decay = weight_decay
        self.t = 0

    def step(self, parameters, gradients, rate):
        self.t += 1
        for k, g in gradients.items():
            self.m[k] = 0.9 * self.m[k] + 0.1 * g
            self.v[k] = 0.999 * self.v[k] + 0.001 * g * g
            m = self.m[k] / (1 - 0.9**self.t)
            v = self.v[k] / (1 - 0.999**self.t)
            parameters[k] -= rate * m / (np.sqrt(v) + 1e-8)
            if k.endswith("_w"):
                parameters[k] -= rate * self.weight_decay * parameters[k]
