import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { type Properties, UNKNOWN } from "../../sandbox/model/values.ts";
import type { Engine, StateAnswer } from "./protocolClient.ts";
import { startTestSandbox, type TestSandbox } from "./testSandbox.ts";

/** Makes what a case needs first: resources of other types, by their smallest inputs. */
export interface Workshop {
  readonly engine: Engine;
  /** Creates a resource after a Check that must find nothing wrong. */
  make(type: string, inputs: Properties): Promise<StateAnswer>;
  /** A number that no other case of the run got: for names and networks that must differ. */
  next(): number;
}

/** What spoils valid inputs, and what the cloud says to that. */
export interface Spoiled {
  /** Completes "refuses …". */
  readonly name: string;
  /** Laid over the smallest inputs; `null` takes an input away. */
  readonly with: Properties | ((made: Made) => Properties);
  readonly code: string;
  /** Where it is found out. A failure of Check must stand on a property. Default `check`. */
  readonly at?: "check" | "create";
  /** The property it must stand on, when it is not the (first) spoiled one. */
  readonly property?: string;
}

/** The outputs of what `needs` made, by the names it gave them. */
export type Made = Readonly<Record<string, StateAnswer>>;

/** What a type must do, in data. Each field is a test or several; leave away what the type cannot do. */
export interface ConformanceCase {
  readonly type: string;
  readonly package?: string;
  readonly configuration?: Properties;
  /** Connects as the case needs it, where that takes more than a configuration. */
  readonly connect?: (sandbox: TestSandbox, n: number) => Promise<Engine>;
  readonly needs?: (workshop: Workshop) => Promise<Made>;
  /** The smallest valid inputs. Called anew for each test, so that tests do not meet. */
  readonly smallest: (made: Made, n: number) => Properties;
  /** The form of the id. */
  readonly id: RegExp;
  /** Outputs that must have this value or form. */
  readonly outputs?: Readonly<Record<string, RegExp | unknown>>;
  /** Laid over the smallest inputs: changes in place. */
  readonly change?: Properties | ((made: Made, n: number) => Properties);
  /** Laid over the smallest inputs: replaces; the first property must be among the replaced ones. */
  readonly replace?: Properties | ((made: Made, n: number) => Properties);
  readonly spoiled?: readonly Spoiled[];
  /** A resource that keeps this one from being deleted, and the code of that refusal. */
  readonly dependant?: {
    readonly type: string;
    readonly inputs: (resource: StateAnswer, made: Made, n: number) => Properties;
    readonly code: string;
  };
  /** A second one with the same values is refused with this code. */
  readonly taken?: { readonly code: string };
}

/** Runs every test that a case describes, against a sandbox of the test file's own. */
export function conformance(cases: readonly ConformanceCase[]): void {
  let sandbox: TestSandbox;
  let counter = 0;
  beforeAll(async () => {
    sandbox = await startTestSandbox();
  });
  afterAll(() => sandbox.end());

  for (const each of cases) {
    describe(each.type, () => runCase(each));
  }

  async function prepare(each: ConformanceCase) {
    counter += 1;
    const n = counter;
    // An account for each test: nothing that one makes is in another's way.
    const account = String(100_000_000_000 + n);
    const configuration = each.configuration ?? { region: "eu-west-1", allowedAccountIds: [account] };
    const engine =
      (await each.connect?.(sandbox, n)) ?? (await sandbox.engine({ package: each.package ?? "aws", configuration }));
    const next = (): number => {
      counter += 1;
      return counter;
    };
    const make = async (type: string, inputs: Properties): Promise<StateAnswer> => {
      const { inputs: checked, failures } = await engine.check(type, inputs, { seed: `seed ${next()}` });
      expect(failures, `${type} with ${JSON.stringify(inputs)}`).toEqual([]);
      return engine.create(type, checked);
    };
    const made = (await each.needs?.({ engine, make, next })) ?? {};
    return { engine, make, made, n, inputs: each.smallest(made, n) };
  }

  function runCase(each: ConformanceCase): void {
    const { type } = each;

    it("is created from its smallest inputs, read, and found unchanged", async () => {
      const { engine, make, inputs } = await prepare(each);
      const made = await make(type, inputs);
      expect(made.id).toMatch(each.id);
      for (const [name, wanted] of Object.entries(each.outputs ?? {})) {
        if (wanted instanceof RegExp) expect(String(made.outputs[name]), name).toMatch(wanted);
        else expect(made.outputs[name], name).toEqual(wanted);
      }
      expect(await engine.read(type, made.id, made)).toMatchObject({ outputs: made.outputs, inputs: made.inputs });
      const again = await engine.check(type, inputs, { olds: made.inputs });
      expect(again.failures).toEqual([]);
      expect(await engine.diff(type, made.id, made.inputs, again.inputs)).toMatchObject({ changes: false });
    });

    it("is previewed with its computed outputs unknown and makes nothing", async () => {
      const { engine, inputs } = await prepare(each);
      const { inputs: checked } = await engine.check(type, inputs);
      const previewed = await engine.create(type, checked, { preview: true });
      const real = await engine.create(type, checked);
      expect(previewed.id).toBe("");
      const computed = Object.keys(real.outputs).filter((name) => checked[name] === undefined);
      for (const name of computed) {
        expect([UNKNOWN, real.outputs[name]], name).toContainEqual(previewed.outputs[name]);
      }
      for (const name of Object.keys(each.outputs ?? {})) {
        if (each.outputs?.[name] instanceof RegExp && checked[name] === undefined) {
          expect(previewed.outputs[name], name).toBe(UNKNOWN);
        }
      }
    });

    it("is deleted, and is gone then; deleting it again is no error", async () => {
      const { engine, make, inputs } = await prepare(each);
      const made = await make(type, inputs);
      await engine.remove(type, made);
      if (each.package !== "random") expect(await engine.read(type, made.id, made)).toBeUndefined();
      await engine.remove(type, made);
    });

    if (each.change !== undefined) {
      const change = each.change;
      it("is changed in place, keeping its id", async () => {
        const { engine, make, made: needs, n, inputs } = await prepare(each);
        const made = await make(type, inputs);
        const overlay = typeof change === "function" ? change(needs, n) : change;
        const { inputs: news, failures } = await engine.check(type, overlaid(inputs, overlay), { olds: made.inputs });
        expect(failures).toEqual([]);
        const diff = await engine.diff(type, made.id, made.inputs, news);
        expect(diff).toMatchObject({ changes: true, replaces: [] });
        const previewed = await engine.update(type, made, news, { preview: true });
        expect(await engine.read(type, made.id, made)).toMatchObject({ outputs: made.outputs });
        const updated = await engine.update(type, made, news);
        for (const [name, value] of Object.entries(previewed.outputs)) {
          if (value !== UNKNOWN) expect(updated.outputs[name], name).toEqual(value);
        }
        expect(await engine.read(type, made.id, updated)).toMatchObject({ inputs: news, outputs: updated.outputs });
        expect(await engine.diff(type, made.id, news, news)).toMatchObject({ changes: false });
      });
    }

    if (each.replace !== undefined) {
      const replace = each.replace;
      it("is replaced when an immutable input changes", async () => {
        const { engine, make, made: needs, n, inputs } = await prepare(each);
        const made = await make(type, inputs);
        const overlay = typeof replace === "function" ? replace(needs, n) : replace;
        const { inputs: news, failures } = await engine.check(type, overlaid(inputs, overlay), { olds: made.inputs });
        expect(failures).toEqual([]);
        const diff = await engine.diff(type, made.id, made.inputs, news);
        expect(diff.replaces).toContain(Object.keys(overlay)[0]);
        if (diff.deleteBeforeReplace) await engine.remove(type, made);
        // Like the engine: a replacement is checked anew, without the old inputs, so that it gets a name of its own.
        const { inputs: fresh } = await engine.check(type, overlaid(inputs, overlay), { seed: "replacement" });
        const replaced = await engine.create(type, fresh);
        if (!diff.deleteBeforeReplace) await engine.remove(type, made);
        if (each.package !== "random") {
          expect(await engine.read(type, replaced.id, replaced)).toMatchObject({ inputs: fresh });
        }
      });
    }

    for (const spoiled of each.spoiled ?? []) {
      it(`refuses ${spoiled.name} with ${spoiled.code}`, async () => {
        const { engine, made, inputs } = await prepare(each);
        const overlay = typeof spoiled.with === "function" ? spoiled.with(made) : spoiled.with;
        const { inputs: news, failures } = await engine.check(type, overlaid(inputs, overlay));
        const attempt = engine.create(type, news);
        await expect(attempt).rejects.toThrow(`${spoiled.code}:`);
        if (spoiled.at === "create") return expect(failures).toEqual([]);
        const property = spoiled.property ?? Object.keys(overlay)[0];
        expect(failures).toContainEqual({ property, reason: expect.stringMatching(`^${spoiled.code}: `) });
      });
    }

    if (each.dependant !== undefined) {
      const { dependant } = each;
      it(`cannot be deleted with ${dependant.code} while ${dependant.type} depends on it`, async () => {
        const { engine, make, made: needs, n, inputs } = await prepare(each);
        const made = await make(type, inputs);
        const holder = await make(dependant.type, dependant.inputs(made, needs, n));
        await expect(engine.remove(type, made)).rejects.toThrow(`${dependant.code}:`);
        expect(await engine.read(type, made.id, made)).toBeDefined();
        await engine.remove(dependant.type, holder);
        await engine.remove(type, made);
        expect(await engine.read(type, made.id, made)).toBeUndefined();
      });
    }

    if (each.taken !== undefined) {
      const { taken } = each;
      it(`refuses a second one with the same values with ${taken.code}`, async () => {
        const { engine, make, inputs } = await prepare(each);
        const first = await make(type, inputs);
        await expect(engine.create(type, first.inputs)).rejects.toThrow(`${taken.code}:`);
      });
    }
  }
}

function overlaid(inputs: Properties, overlay: Properties): Properties {
  return Object.fromEntries(Object.entries({ ...inputs, ...overlay }).filter(([, value]) => value !== null));
}
