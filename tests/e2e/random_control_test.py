# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""Random programs of nested loops and branches around kernels, against numpy.

What loops carry and branches return is chosen at random: computed values, values
from outside, arguments of the loop in another order, one value twice. So are
two variables, which are loaded and stored anywhere.
"""

import random

import numpy as np

import e2e_test
from e2e_test import Case, random_values

SHAPE = (24, 9)
T = e2e_test.type_of(np.zeros(SHAPE, "i4"))
SCALAR = "%n"
VARIABLES = ("u", "v")
BINARY = {"addi": np.add, "subi": np.subtract, "muli": np.multiply, "xori": np.bitwise_xor}
PROGRAMS = 40


class Program:
    """Text and meaning of one function (x, y, n) -> 3 values: `steps` are functions
    that change an environment of values by name."""

    def __init__(self, seed, prefix):
        self.random = random.Random(seed)
        self.prefix = prefix
        self.count = 0

    def name(self):
        self.count += 1
        return f"%t{self.count}"

    def block(self, known, depth, length):
        """Statements that see the names `known`, which it extends: (lines, step)."""
        lines, steps = [], []
        for _ in range(length):
            kind = self.random.choice(["binary"] * 4 + ["load", "store"] +
                                      ["for", "if", "while"] * (depth > 0))
            text, step = getattr(self, f"make_{kind}")(known, depth)
            lines += text
            steps.append(step)

        def run(env):
            for step in steps:
                step(env)
        return lines, run

    def make_binary(self, known, depth):
        operation = self.random.choice(list(BINARY))
        a, b, result = self.random.choice(known), self.random.choice(known), self.name()
        known.append(result)

        def step(env):
            env[result] = BINARY[operation](env[a], env[b])
        return [f"{result} = arith.{operation} {a}, {b} : {T}"], step

    def make_load(self, known, depth):
        variable, result = self.random.choice(VARIABLES), self.name()
        known.append(result)

        def step(env):
            env[result] = env[variable]
        return [f"{result} = util.global.load @{self.prefix}{variable} : {T}"], step

    def make_store(self, known, depth):
        variable, value = self.random.choice(VARIABLES), self.random.choice(known)

        def step(env):
            env[variable] = env[value]
        return [f"util.global.store {value}, @{self.prefix}{variable} : {T}"], step

    def carried(self, known):
        """How many values, and their initial ones."""
        count = self.random.randint(1, 3)
        return [self.random.choice(known) for _ in range(count)]

    def outputs(self, count):
        base = self.name()
        names = [base] if count == 1 else [f"{base}#{i}" for i in range(count)]
        return (base if count == 1 else f"{base}:{count}"), names

    def body(self, known, arguments, depth):
        """A loop's body: (lines, run, yielded)."""
        inside = list(known) + arguments
        lines, run = self.block(inside, depth - 1, self.random.randint(1, 4))
        # Each argument is replaced most of the time.
        yielded = [self.random.choice(inside[len(known):]) for _ in arguments]
        return lines, run, yielded

    def make_for(self, known, depth):
        initial = self.carried(known)
        arguments = [self.name() for _ in initial]
        left, results = self.outputs(len(initial))
        trips, step_size = self.random.randint(0, 4), self.random.randint(1, 2)
        counter = self.name()
        lines, run, yielded = self.body(known, arguments, depth)
        splat = [f"{counter}i = arith.index_cast {counter} : index to i32",
                 f"{counter}t = tensor.splat {counter}i : {T}",
                 f"{counter}a = arith.addi {arguments[0]}, {counter}t : {T}"]
        if self.random.random() < 0.5:
            yielded[0] = f"{counter}a"
        known += results
        bounds = [f"{counter}l = arith.constant 0 : index",
                  f"{counter}s = arith.constant {step_size} : index"]
        dynamic = self.random.random() < 0.5
        if dynamic:  # n more trips
            bounds += [f"{counter}k = arith.constant {trips} : i32",
                       f"{counter}m = arith.addi {SCALAR}, {counter}k : i32",
                       f"{counter}u = arith.index_cast {counter}m : i32 to index"]
        else:
            bounds.append(f"{counter}u = arith.constant {trips} : index")
        pairs = ", ".join(f"{a} = {v}" for a, v in zip(arguments, initial))
        types = ", ".join([T] * len(initial))
        text = bounds + [
            f"{left} = scf.for {counter} = {counter}l to {counter}u step {counter}s "
            f"iter_args({pairs}) -> ({types}) {{", *splat, *lines,
            f"scf.yield {', '.join(yielded)} : {types}", "}"]

        def step(env):
            values = [env[v] for v in initial]
            for i in range(0, trips + (env[SCALAR] if dynamic else 0), step_size):
                env.update(zip(arguments, values))
                env[f"{counter}a"] = env[arguments[0]] + np.int32(i)
                run(env)
                values = [env[v] for v in yielded]
            env.update(zip(results, values))
        return text, step

    def make_while(self, known, depth):
        """Counts an i32 down beside the tensors."""
        initial = self.carried(known)
        before, after = ([self.name() for _ in initial] for _ in range(2))
        left, results = self.outputs(len(initial))
        trips = self.random.randint(0, 3)
        c = self.name()
        order = list(range(len(initial)))
        if self.random.random() < 0.5:  # the condition hands on something else
            order = [self.random.choice(order) for _ in order]
        lines, run, yielded = self.body(known, after, depth)
        names = ", ".join(f"{a} = {v}" for a, v in zip(before, initial))
        types = ", ".join([T] * len(initial) + ["i32"])
        left = f"{results[0].split('#')[0]}:{len(initial) + 1}"
        results = [f"{left.split(':')[0]}#{i}" for i in range(len(initial))]
        known += results
        text = [f"{c}k = arith.constant {trips} : i32", f"{c}z = arith.constant 0 : i32",
                f"{c}o = arith.constant 1 : i32",
                f"{left} = scf.while ({names}, {c}b = {c}k) : ({types}) -> ({types}) {{",
                f"{c}c = arith.cmpi sgt, {c}b, {c}z : i32",
                f"scf.condition({c}c) {', '.join(before[i] for i in order)}, {c}b : {types}",
                "} do {", f"^bb0({', '.join(f'{a}: {T}' for a in after)}, {c}d: i32):", *lines,
                f"{c}e = arith.subi {c}d, {c}o : i32",
                f"scf.yield {', '.join(yielded)}, {c}e : {types}", "}"]

        def step(env):
            values = [env[v] for v in initial]
            for left_over in range(trips, -1, -1):
                handed = [values[i] for i in order]
                if left_over == 0:
                    break
                env.update(zip(after, handed))
                run(env)
                values = [env[v] for v in yielded]
            env.update(zip(results, handed))
        return text, step

    def make_if(self, known, depth):
        count = self.random.randint(1, 3)
        left, results = self.outputs(count)
        c = self.name()
        bit = 1 << self.random.randint(0, 2)
        branches = []
        for _ in range(2):
            inside = list(known)
            lines, run = self.block(inside, depth - 1, self.random.randint(0, 3))
            branches.append((lines, run, [self.random.choice(inside) for _ in range(count)]))
        known += results
        types = ", ".join([T] * count)

        def branch(lines, _, yielded):
            return [*lines, f"scf.yield {', '.join(yielded)} : {types}"]
        text = [f"{c}b = arith.constant {bit} : i32", f"{c}z = arith.constant 0 : i32",
                f"{c}m = arith.andi {SCALAR}, {c}b : i32",
                f"{c}c = arith.cmpi ne, {c}m, {c}z : i32",
                f"{left} = scf.if {c}c -> ({types}) {{", *branch(*branches[0]), "} else {",
                *branch(*branches[1]), "}"]

        def step(env):
            _, run, yielded = branches[0 if env[SCALAR] & bit else 1]
            run(env)
            env.update(zip(results, [env[v] for v in yielded]))
        return text, step


class RandomControlTest(e2e_test.E2ETest):
    def test_programs(self):
        cases = []
        for seed in range(PROGRAMS):
            program = Program(seed, f"s{seed}")
            known = ["%a", "%b"]
            lines, run = program.block(known, 3, 6)
            returned = [program.random.choice(known[2:] or known) for _ in range(3)]
            arguments = [random_values(SHAPE, "i4", seed), random_values(SHAPE, "i4", seed + 100),
                         np.int32(seed % 5)]
            env = {"%a": arguments[0], "%b": arguments[1], SCALAR: int(arguments[2]),
                   "u": np.full(SHAPE, 3, "i4"), "v": np.zeros(SHAPE, "i4")}
            run(env)
            # What is in the variables at the end is returned too.
            lines += [f"%end{name} = util.global.load @s{seed}{name} : {T}" for name in VARIABLES]
            returned += [f"%end{name}" for name in VARIABLES]
            env |= {f"%end{name}": env[name] for name in VARIABLES}
            variables = (f"util.global private mutable @s{seed}u = dense<3> : {T}\n"
                         f"util.global private mutable @s{seed}v : {T}\n")
            cases.append(Case(f"random_{seed}", arguments, "\n".join(lines).replace("%n", "%c"),
                              [env[name] for name in returned], tuple(returned),
                              helpers=variables))
        self.check(cases)


if __name__ == "__main__":
    e2e_test.main()
