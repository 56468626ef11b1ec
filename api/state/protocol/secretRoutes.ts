import { Router } from "express";
import { z } from "zod";
import { SECRET_ROW, type Sealing } from "../secrets/sealing.ts";
import type { ProtocolRequest, Route } from "./protocolRoute.ts";
import { parseBody } from "./requestBody.ts";
import type { StackAccess } from "./stackAccess.ts";

const base64 = z.base64();
const encrypt = z.object({ plaintext: base64.nullish() });
const decrypt = z.object({ ciphertext: base64 });
const batchEncrypt = z.object({ plaintexts: z.array(base64).nullish() });
const batchDecrypt = z.object({ ciphertexts: z.array(base64).nullish() });

/** The stack's secrets manager: what a client marks as secret is sealed here, and opened for who may export its secrets. */
export function secretRoutes(route: Route, access: StackAccess, sealing: Sealing): Router {
  const place = (stackId: string) => ({ stackId, row: SECRET_ROW });
  const seal = (stackId: string, plaintext: string): string =>
    sealing.seal(place(stackId), Buffer.from(plaintext, "base64")).toString("base64");
  const open = (stackId: string, ciphertext: string): string =>
    sealing.openBytes(place(stackId), Buffer.from(ciphertext, "base64")).toString("base64");

  return Router({ mergeParams: true })
    .post("/decrypt/log-decryption", route(acknowledge(access)))
    .post("/decrypt/log-batch-decryption", route(acknowledge(access)))
    .post(
      "/encrypt",
      route(async (request) => {
        const { stack } = await access.stack(request, "read");
        return { ciphertext: seal(stack.id, parseBody(encrypt, request.body).plaintext ?? "") };
      }),
    )
    .post(
      "/batch-encrypt",
      route(async (request) => {
        const { stack } = await access.stack(request, "read");
        const { plaintexts } = parseBody(batchEncrypt, request.body);
        return { ciphertexts: (plaintexts ?? []).map((plaintext) => seal(stack.id, plaintext)) };
      }),
    )
    .post(
      "/decrypt",
      route(async (request) => {
        const { stack } = await access.stack(request, "export-secrets");
        return { plaintext: open(stack.id, parseBody(decrypt, request.body).ciphertext) };
      }),
    )
    .post(
      "/batch-decrypt",
      route(async (request) => {
        const { stack } = await access.stack(request, "export-secrets");
        const { ciphertexts } = parseBody(batchDecrypt, request.body);
        const opened = (ciphertexts ?? []).map((ciphertext) => [ciphertext, open(stack.id, ciphertext)]);
        return { plaintexts: Object.fromEntries(opened) };
      }),
    );
}

/** A client tells of secrets that another secrets manager opened; the audit log is all that comes of it. */
const acknowledge =
  (access: StackAccess) =>
  async (request: ProtocolRequest): Promise<undefined> =>
    void (await access.stack(request, "read"));
