import { createRequire } from "node:module";
import { Metadata, type ServerErrorResponse, status } from "@grpc/grpc-js";
import providerPb from "@pulumi/pulumi/proto/provider_pb.js";
import statusPb from "@pulumi/pulumi/proto/status_pb.js";
import type anyPb from "google-protobuf/google/protobuf/any_pb.js";
import { CloudError, type Refusal, UnfinishedError } from "../cloud/cloudError.ts";
import { encode } from "./wire.ts";

// The classes of the protobuf runtime that @pulumi/pulumi was made with (see wire.ts).
const fromSdk = createRequire(createRequire(import.meta.url).resolve("@pulumi/pulumi/proto/provider_pb.js"));
const { Any }: typeof anyPb = fromSdk("google-protobuf/google/protobuf/any_pb.js");

/**
 * The engine takes UNKNOWN and INTERNAL as "it may have happened", and would wait and try again on UNAVAILABLE; all
 * others as a plain refusal.
 */
const STATUS: Readonly<Record<Refusal, status>> = {
  invalid: status.INVALID_ARGUMENT,
  "not-found": status.NOT_FOUND,
  exists: status.ALREADY_EXISTS,
  "in-use": status.FAILED_PRECONDITION,
  throttled: status.RESOURCE_EXHAUSTED,
  lost: status.UNKNOWN,
  cancelled: status.CANCELLED,
  unavailable: status.FAILED_PRECONDITION,
  unimplemented: status.UNIMPLEMENTED,
};

export function grpcError(error: unknown): ServerErrorResponse {
  if (error instanceof UnfinishedError) return unfinished(error);
  const details = error instanceof Error ? error.message : String(error);
  const code = error instanceof CloudError ? STATUS[error.refusal] : status.INTERNAL;
  return { name: "ProviderError", message: details, code, details };
}

/** "Created, but not initialised": the engine keeps the resource in its state and waits for it the next time. */
function unfinished(error: UnfinishedError): ServerErrorResponse {
  const detail = new providerPb.ErrorResourceInitFailed();
  detail.setId(error.id);
  detail.setProperties(encode(error.outputs, new Set(error.secrets)));
  detail.setReasonsList([error.message]);
  const packed = new Any();
  packed.pack(detail.serializeBinary(), "pulumirpc.ErrorResourceInitFailed");
  const rich = new statusPb.Status();
  rich.setCode(status.UNKNOWN);
  rich.setMessage(error.message);
  rich.addDetails(packed);
  const metadata = new Metadata();
  metadata.add("grpc-status-details-bin", Buffer.from(rich.serializeBinary()));
  return { name: "ProviderError", message: error.message, code: status.UNKNOWN, details: error.message, metadata };
}
