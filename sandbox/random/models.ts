import { type Randomness, seededRandomness } from "../cloud/randomness.ts";
import type { Compute, Draft, ResourceModel, Service } from "../model/model.ts";
import type { PropertyRule, Rules } from "../model/rule.ts";
import { list, type Properties, text } from "../model/values.ts";
import { bcrypt } from "./bcrypt.ts";
import { petName } from "./petNames.ts";
import { characters, checkClasses } from "./randomText.ts";

const random: Service = {
  name: "random",
  codes: {
    missing: "MissingAttribute",
    invalid: "InvalidAttributeValue",
    notFound: "NotFound",
    inUse: "InUse",
    throttled: "Throttled",
  },
};

/** Every input replaces: a random value is drawn once. Keepers exist for nothing else. */
function drawn(inputs: Rules): Rules {
  const keepers: PropertyRule = { kind: "map" };
  const immutable = Object.entries({ keepers, ...inputs }).map(([name, rule]) => [name, { ...rule, immutable: true }]);
  return Object.fromEntries(immutable);
}

function number(inputs: Properties, name: string): number {
  return Number(inputs[name] ?? 0);
}

const length: PropertyRule = { kind: "number", required: true, min: 1 };
const bytesOf: Compute = ({ inputs, cloud }) =>
  Buffer.from(cloud.random.bytes(number(inputs, "length"))).toString("hex");
const asBase64 = (hex: string | undefined): string => Buffer.from(hex ?? "", "hex").toString("base64");

const CLASSES: Rules = {
  length,
  lower: { kind: "boolean", default: true },
  upper: { kind: "boolean", default: true },
  numeric: { kind: "boolean", computed: true },
  number: { kind: "boolean", computed: true },
  special: { kind: "boolean", default: true },
  minLower: { kind: "number", min: 0, default: 0 },
  minUpper: { kind: "number", min: 0, default: 0 },
  minNumeric: { kind: "number", min: 0, default: 0 },
  minSpecial: { kind: "number", min: 0, default: 0 },
  overrideSpecial: { kind: "string" },
};

/** `number` is the old name of `numeric`: each follows the other. */
const NUMERIC: NonNullable<ResourceModel["outputs"]> = {
  numeric: ({ inputs }) => inputs["number"] ?? true,
  number: ({ inputs }) => inputs["numeric"] ?? true,
};

const uuid = (version: 4 | 7): Compute => {
  return ({ cloud }) => {
    const bytes = Buffer.from(cloud.random.bytes(16));
    // RFC 9562: version 7 starts with 48 bits of milliseconds.
    if (version === 7) bytes.writeUIntBE(Date.parse(cloud.now), 0, 6);
    bytes.writeUInt8(((bytes[6] ?? 0) & 0x0f) | (version << 4), 6);
    bytes.writeUInt8(((bytes[8] ?? 0) & 0x3f) | 0x80, 8);
    const hex = bytes.toString("hex");
    return [hex.slice(0, 8), hex.slice(8, 12), hex.slice(12, 16), hex.slice(16, 20), hex.slice(20)].join("-");
  };
};

/** The id is made before the outputs; where it is the value itself the outputs take it from there. */
const sameAsId: Compute = ({ id }) => id;

function diceOf({ inputs, cloud }: Draft): Randomness {
  const seed = text(inputs, "seed");
  return seed === undefined ? cloud.random : seededRandomness(seed);
}

function uuidModel(name: string, version: 4 | 7): ResourceModel {
  return {
    type: `random:index/random${name}:Random${name}`,
    service: random,
    stateless: true,
    inputs: drawn({}),
    id: uuid(version),
    outputs: { result: sameAsId },
  };
}

export const randomModels: readonly ResourceModel[] = [
  {
    type: "random:index/randomId:RandomId",
    service: random,
    stateless: true,
    inputs: drawn({ byteLength: length, prefix: { kind: "string" } }),
    id: ({ inputs, cloud }) => Buffer.from(cloud.random.bytes(number(inputs, "byteLength"))).toString("base64url"),
    outputs: {
      hex: ({ id, inputs }) => prefixed(inputs, Buffer.from(id, "base64url").toString("hex")),
      dec: ({ id, inputs }) => prefixed(inputs, BigInt(`0x${Buffer.from(id, "base64url").toString("hex")}`).toString()),
      b64Url: ({ id, inputs }) => prefixed(inputs, id),
      b64Std: ({ id, inputs }) => prefixed(inputs, Buffer.from(id, "base64url").toString("base64")),
    },
  },
  {
    type: "random:index/randomString:RandomString",
    service: random,
    stateless: true,
    inputs: drawn(CLASSES),
    check: checkClasses,
    id: ({ inputs, cloud }) => characters(inputs, cloud.random),
    outputs: { result: sameAsId, ...NUMERIC },
  },
  {
    type: "random:index/randomPassword:RandomPassword",
    service: random,
    stateless: true,
    inputs: drawn(CLASSES),
    check: checkClasses,
    id: () => "none",
    outputs: {
      result: ({ inputs, cloud }) => characters(inputs, cloud.random),
      // The least cost there is: the real provider's 10 would take the process 60 ms for each password.
      bcryptHash: ({ outputs, cloud }) => bcrypt(text(outputs, "result") ?? "", 4, cloud.random.bytes(16)),
      ...NUMERIC,
    },
    secretOutputs: ["result", "bcryptHash"],
  },
  {
    type: "random:index/randomPet:RandomPet",
    service: random,
    stateless: true,
    inputs: drawn({
      length: { kind: "number", min: 1, default: 2 },
      separator: { kind: "string", default: "-" },
      prefix: { kind: "string" },
    }),
    id: ({ inputs, cloud }) => {
      const prefix = text(inputs, "prefix");
      const words = petName(number(inputs, "length"), cloud.random);
      return [...(prefix === undefined ? [] : [prefix]), ...words].join(text(inputs, "separator") ?? "-");
    },
  },
  {
    type: "random:index/randomInteger:RandomInteger",
    service: random,
    stateless: true,
    inputs: drawn({
      min: { kind: "number", required: true },
      max: { kind: "number", required: true },
      seed: { kind: "string" },
    }),
    check: (inputs) => {
      const { min, max } = inputs;
      if (typeof min !== "number" || typeof max !== "number" || min <= max) return [];
      return [{ code: random.codes.invalid, message: `min ${min} must not be above max ${max}`, property: "min" }];
    },
    id: (draft) => String(diceOf(draft).integer(number(draft.inputs, "min"), number(draft.inputs, "max"))),
    outputs: { result: ({ id }) => Number(id) },
  },
  uuidModel("Uuid", 4),
  uuidModel("Uuid4", 4),
  uuidModel("Uuid7", 7),
  {
    type: "random:index/randomShuffle:RandomShuffle",
    service: random,
    stateless: true,
    inputs: drawn({
      inputs: { kind: "list", required: true, items: { kind: "string" } },
      resultCount: { kind: "number", min: 0 },
      seed: { kind: "string" },
    }),
    id: () => "-",
    outputs: { results: shuffled },
  },
  {
    type: "random:index/randomBytes:RandomBytes",
    service: random,
    stateless: true,
    inputs: drawn({ length }),
    id: () => "none",
    outputs: {
      hex: bytesOf,
      base64: ({ outputs }) => asBase64(text(outputs, "hex")),
    },
    secretOutputs: ["hex", "base64"],
  },
];

function prefixed(inputs: Properties, value: string): string {
  return `${text(inputs, "prefix") ?? ""}${value}`;
}

/** As many as asked for: beyond one round of all inputs it goes round again, newly shuffled. */
function shuffled(draft: Draft): readonly string[] {
  const inputs = list(draft.inputs, "inputs").map(String);
  const dice = diceOf(draft);
  const wanted = inputs.length === 0 ? 0 : Number(draft.inputs["resultCount"] ?? inputs.length);
  const results: string[] = [];
  while (results.length < wanted) {
    const rest = [...inputs];
    while (rest.length > 0) results.push(...rest.splice(dice.integer(0, rest.length - 1), 1));
  }
  return results.slice(0, wanted);
}
