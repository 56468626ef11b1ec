import { credentials, Metadata } from "@grpc/grpc-js";
import engineGrpc from "@pulumi/pulumi/proto/engine_grpc_pb.js";
import enginePb from "@pulumi/pulumi/proto/engine_pb.js";

/** Lines in the operation's log, each on a resource's own entry. */
export interface EngineLog {
  /** Resolves when the engine has it. An engine that cannot be reached loses a remark, never an operation. */
  info(urn: string, message: string): Promise<void>;
  close(): void;
}

const DEADLINE_MS = 1_000;

/** Speaks to the engine's own server at `host:port`. */
export function createEngineLog(address: string): EngineLog {
  const client = new engineGrpc.EngineClient(address, credentials.createInsecure());
  return {
    info: (urn, message) => {
      const request = new enginePb.LogRequest();
      request.setSeverity(enginePb.LogSeverity.INFO);
      request.setUrn(urn);
      request.setMessage(message);
      return new Promise((resolve) => {
        client.log(request, new Metadata(), { deadline: Date.now() + DEADLINE_MS }, () => resolve());
      });
    },
    close: () => client.close(),
  };
}
