import { createServer, type Socket } from "node:net";
import { Server, ServerCredentials } from "@grpc/grpc-js";
import providerGrpc, { type IResourceProviderServer } from "@pulumi/pulumi/proto/provider_grpc_pb.js";
import type { Connections } from "./connections.ts";

export interface ProtocolServer {
  readonly port: number;
  /** Breaks all connections: an engine that still works sees its provider go away. */
  close(): Promise<void>;
}

/** Serves the provider protocol on loopback. The listener is our own, so that connections are seen to come and go. */
export async function serveProvider(
  provider: IResourceProviderServer,
  connections: Connections,
  port: number,
): Promise<ProtocolServer> {
  const grpc = new Server({ "grpc.max_receive_message_length": -1, "grpc.max_send_message_length": -1 });
  grpc.addService(providerGrpc.ResourceProviderService, provider);
  const injector = grpc.createConnectionInjector(ServerCredentials.createInsecure());
  const sockets = new Set<Socket>();
  const listener = createServer((socket) => {
    sockets.add(socket);
    socket.once("close", () => sockets.delete(socket));
    // An engine that is killed resets its connection; its close event says all there is to know.
    socket.on("error", () => undefined);
    socket.setNoDelay(true);
    connections.accept(socket);
    injector.injectConnection(socket);
  });
  const bound = await new Promise<number>((resolve, reject) => {
    listener.once("error", reject);
    listener.listen(port, "127.0.0.1", () => {
      const address = listener.address();
      resolve(typeof address === "object" && address !== null ? address.port : port);
    });
  });
  return {
    port: bound,
    close: async () => {
      const closed = new Promise((resolve) => listener.close(resolve));
      injector.destroy();
      grpc.forceShutdown();
      for (const socket of sockets) socket.destroy();
      await closed;
    },
  };
}
