import grpc from "@grpc/grpc-js";
import services from "@pulumi/pulumi/proto/analyzer_grpc_pb.js";
import messages from "@pulumi/pulumi/proto/analyzer_pb.js";
import empty from "google-protobuf/google/protobuf/empty_pb.js";
import { z } from "zod";
import { analyzeRequest, analyzeStackRequest, readDescription, readFindings } from "./crossGuardMessages.ts";
import { type PackChildOptions, startPackChild } from "./packChild.ts";
import { packDescription, packFindings } from "./packContents.ts";
import { PackError } from "./packError.ts";
import type { PackProcess } from "./packProcess.ts";
import { askResidentBytes, lastWords, parseSaid } from "./packSays.ts";

type Answer = InstanceType<typeof messages.AnalyzeResponse>;

const LARGEST_ANSWER = 4 * 1024 * 1024;
const PRINTED_CHARACTERS = 4_000;

/** Starts a CrossGuard pack. Its process listens on loopback, and we ask as an engine would. */
export async function startCrossGuard(options: Omit<PackChildOptions, "entry">): Promise<PackProcess> {
  const child = startPackChild({ ...options, entry: new URL("./crossGuardChild.ts", import.meta.url) });
  const died = child.gone.then((): never => {
    throw new PackError("died", lastWords(child.said()));
  });
  died.catch(() => undefined); // told to those who wait
  const port = await Promise.race([portOf(child.process.stdout), died]).catch((error: unknown) => {
    child.kill();
    throw error;
  });
  const client = new services.AnalyzerClient(`127.0.0.1:${port}`, grpc.credentials.createInsecure(), {
    "grpc.max_receive_message_length": LARGEST_ANSWER,
    "grpc.enable_http_proxy": 0,
  });
  void child.gone.then(() => client.close());

  type Done<Answer> = (error: grpc.ServiceError | null, answer: Answer) => void;
  /** A pack that is gone answers nothing. */
  const ask = <Answer>(call: (done: Done<Answer>) => unknown): Promise<Answer> =>
    Promise.race([
      died,
      new Promise<Answer>((resolve, reject) => {
        call((error, answer) => {
          if (error === null) return resolve(answer);
          // A process that dies breaks its connection a moment before it is seen to be dead.
          if (error.code === grpc.status.UNAVAILABLE) return void died.catch(reject);
          reject(thrown(error.details));
        });
      }),
    ]);

  return {
    pid: child.process.pid ?? 0,
    gone: child.gone,
    rulesInHand: child.rulesInHand,
    residentBytes: () => askResidentBytes(child.process),
    kill: child.kill,
    async describe() {
      const info = await ask<InstanceType<typeof messages.AnalyzerInfo>>((done) =>
        client.getAnalyzerInfo(new empty.Empty(), done),
      );
      return parseSaid(packDescription, readDescription(info));
    },
    async configure(tags) {
      const request = new messages.AnalyzerStackConfigureRequest();
      for (const [name, value] of Object.entries(tags)) request.getTagsMap().set(name, value);
      await ask((done) => client.configureStack(request, done));
    },
    async analyze(resource) {
      const answer = await ask<Answer>((done) => client.analyze(analyzeRequest(resource), done));
      return parseSaid(packFindings, readFindings(answer));
    },
    async analyzeStack(resources) {
      const answer = await ask<Answer>((done) => client.analyzeStack(analyzeStackRequest(resources), done));
      return parseSaid(packFindings, readFindings(answer));
    },
  };
}

function portOf(stdout: NodeJS.ReadableStream | null): Promise<number> {
  return new Promise((resolve) => {
    let printed = "";
    stdout?.on("data", (text: Buffer) => {
      if (printed.length < PRINTED_CHARACTERS) printed += text.toString();
      const line = /^(\d{1,5})\r?\n/m.exec(printed);
      if (line !== null) resolve(Number(line[1]));
    });
  });
}

/** The SDK names the rule, then comes the error with its stack. */
function thrown(details: string): PackError {
  const [, rule] = /^Error validating resource with policy '([^']*)' from policy pack /.exec(details) ?? [];
  const words = details.split("\n")[rule === undefined ? 0 : 1];
  return new PackError("threw", (words ?? "It said nothing.").slice(0, 500), z.string().max(200).safeParse(rule).data);
}
