import { createRequire } from "node:module";
import type emptyPb from "google-protobuf/google/protobuf/empty_pb.js";
import type structPb from "google-protobuf/google/protobuf/struct_pb.js";
import { isList, type Properties, UNKNOWN, type Value } from "../model/values.ts";

type Struct = structPb.Struct;
type WireValue = structPb.Value;

// Messages of @pulumi/pulumi must be filled with the classes of the protobuf runtime it was made with, which may be
// another copy than the one this package would get.
const fromSdk = createRequire(createRequire(import.meta.url).resolve("@pulumi/pulumi/proto/provider_pb.js"));
const struct: typeof structPb = fromSdk("google-protobuf/google/protobuf/struct_pb.js");
export const { Empty }: typeof emptyPb = fromSdk("google-protobuf/google/protobuf/empty_pb.js");

/** Signatures and sentinels of Pulumi's property wire format (sdk/go/common/resource/sig, plugin/rpc.go). */
const SIGNATURE = "4dabf18193072939515e22adb298388d";
const SECRET = "1b47061264138c4ac30d75fd1eb44270";
const OUTPUT = "d0e6a833031e9bbcd3f4e8bde6ca49a4";
const UNKNOWN_TEXT = "04da6b54-80e4-46f7-96ec-b56ff0331ba9";
const UNKNOWNS = new Set([
  UNKNOWN_TEXT,
  "1c4a061d-8072-4f0a-a4cb-0ff528b18fe7",
  "3eeb2bf0-c639-47a8-9e75-3b44932eb421",
  "6a19a0b0-7e62-4c92-b797-7f8e31da9cc2",
  "030794c1-ac77-496b-92df-f27374a8bd58",
  "e48ece36-62e2-4504-bad9-02848725956a",
  "dd056dcd-154b-4c76-9bd3-c8f88648b5ff",
]);

/** Where secrets are, as `JSON.stringify`-ed paths: `["tags","token"]`. */
export type SecretPaths = ReadonlySet<string>;

export interface Decoded {
  readonly value: Properties;
  readonly secrets: SecretPaths;
}

type Path = readonly (string | number)[];

/** Reads a property bag off the wire. Assets, archives and resource references stay as the opaque objects they are. */
export function decode(message: Struct | undefined): Decoded {
  const secrets = new Set<string>();
  return { value: message === undefined ? {} : decodeStruct(message, [], secrets), secrets };
}

function decodeStruct(message: Struct, path: Path, secrets: Set<string>): Properties {
  const result: Record<string, Value> = {};
  message.getFieldsMap().forEach((value, name) => {
    result[name] = decodeValue(value, [...path, name], secrets);
  });
  return result;
}

function decodeValue(value: WireValue, path: Path, secrets: Set<string>): Value {
  const kind = struct.Value.KindCase;
  switch (value.getKindCase()) {
    case kind.BOOL_VALUE:
      return value.getBoolValue();
    case kind.NUMBER_VALUE:
      return value.getNumberValue();
    case kind.STRING_VALUE:
      return UNKNOWNS.has(value.getStringValue()) ? UNKNOWN : value.getStringValue();
    case kind.LIST_VALUE:
      return (value.getListValue()?.getValuesList() ?? []).map((item, i) => decodeValue(item, [...path, i], secrets));
    case kind.STRUCT_VALUE: {
      const inner = value.getStructValue();
      return inner === undefined ? {} : decodeMarked(inner, path, secrets);
    }
    default:
      return null;
  }
}

function decodeMarked(message: Struct, path: Path, secrets: Set<string>): Value {
  const fields = message.getFieldsMap();
  const signature = fields.get(SIGNATURE)?.getStringValue();
  if (signature !== SECRET && signature !== OUTPUT) return decodeStruct(message, path, secrets);
  if (signature === SECRET || fields.get("secret")?.getBoolValue() === true) secrets.add(JSON.stringify(path));
  const inner = fields.get("value");
  if (inner !== undefined) return decodeValue(inner, path, secrets);
  return signature === OUTPUT ? UNKNOWN : null;
}

const NO_SECRETS: SecretPaths = new Set();

/** Puts a property bag on the wire, with what stands at one of `secrets` wrapped as a secret. */
export function encode(value: Properties, secrets: SecretPaths = NO_SECRETS): Struct {
  return encodeStruct(value, [], secrets);
}

function encodeStruct(value: Properties, path: Path, secrets: SecretPaths): Struct {
  const message = new struct.Struct();
  const fields = message.getFieldsMap();
  for (const [name, item] of Object.entries(value)) fields.set(name, encodeValue(item, [...path, name], secrets));
  return message;
}

function encodeValue(value: Value, path: Path, secrets: SecretPaths): WireValue {
  if (secrets.size > 0 && secrets.has(JSON.stringify(path))) return encodeSecret(value, path, secrets);
  return encodePlain(value, path, secrets);
}

function encodeSecret(value: Value, path: Path, secrets: SecretPaths): WireValue {
  const message = new struct.Struct();
  message.getFieldsMap().set(SIGNATURE, textValue(SECRET));
  message.getFieldsMap().set("value", encodePlain(value, path, secrets));
  const wrapped = new struct.Value();
  wrapped.setStructValue(message);
  return wrapped;
}

function encodePlain(value: Value, path: Path, secrets: SecretPaths): WireValue {
  if (value === UNKNOWN) return textValue(UNKNOWN_TEXT);
  if (typeof value === "string") return textValue(value);
  const message = new struct.Value();
  if (value === null) message.setNullValue(struct.NullValue.NULL_VALUE);
  else if (typeof value === "boolean") message.setBoolValue(value);
  else if (typeof value === "number") message.setNumberValue(value);
  else if (isList(value)) {
    const items = new struct.ListValue();
    items.setValuesList(value.map((item, i) => encodeValue(item, [...path, i], secrets)));
    message.setListValue(items);
  } else message.setStructValue(encodeStruct(value, path, secrets));
  return message;
}

function textValue(value: string): WireValue {
  const message = new struct.Value();
  message.setStringValue(value);
  return message;
}
