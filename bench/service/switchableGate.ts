import type { Gate } from "../../api/gate/index.ts";

export interface SwitchableGate extends Gate {
  /** Off: everything is allowed, and nothing is even gathered to be judged. */
  turn(on: boolean): void;
  /** Milliseconds spent waiting for judgements since the last call, and how many steps they were about. */
  takeSpent(): { readonly ms: number; readonly steps: number };
}

const nothing: ReadonlySet<string> = new Set();

/** A gate that can be taken out, to measure what it costs. The service as delivered has no such switch. */
export function switchableGate(gate: Gate): SwitchableGate {
  let on = true;
  let spent = { ms: 0, steps: 0 };
  return {
    rules: gate.rules,
    get judgedTypes() {
      return on ? gate.judgedTypes : nothing;
    },
    // Not switched: the journal marks entries of these types whether or not they are judged.
    watchedTypes: gate.watchedTypes,
    get wholeTypes() {
      return on ? gate.wholeTypes : nothing;
    },
    judgeWhole: (context, resources, touched) => gate.judgeWhole(context, resources, touched),
    async judgeSteps(context, steps, known) {
      const startedAt = performance.now();
      const verdicts = await gate.judgeSteps(context, steps, known);
      spent = { ms: spent.ms + performance.now() - startedAt, steps: spent.steps + steps.length };
      return verdicts;
    },
    close: () => gate.close(),
    turn(to) {
      on = to;
    },
    takeSpent() {
      const taken = spent;
      spent = { ms: 0, steps: 0 };
      return taken;
    },
  };
}
