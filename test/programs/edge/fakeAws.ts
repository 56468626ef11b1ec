import { spawn } from "node:child_process";
import { chmod, mkdtemp, rm, writeFile } from "node:fs/promises";
import { createServer } from "node:http";
import { tmpdir } from "node:os";
import path from "node:path";

export interface ShellAnswer {
  readonly exitCode: number | null;
  readonly output: string;
}

export interface FakeAws {
  /** Runs a script of `sh` in which `aws` is the stand-in. */
  sh(script: string): Promise<ShellAnswer>;
  close(): Promise<void>;
}

/** Does what a call of the AWS CLI asks for, and answers what it prints. Throws what the CLI would complain of. */
export type Serve = (args: readonly string[]) => Promise<string>;

/** A command `aws` that hands its arguments to this process: what lies beyond the machine is played by the sandbox. */
export async function fakeAws(serve: Serve): Promise<FakeAws> {
  const server = createServer(async (request, response) => {
    let body = "";
    for await (const chunk of request) body += String(chunk);
    const args: readonly string[] = JSON.parse(body);
    try {
      response.end(await serve(args));
    } catch (error) {
      response.writeHead(400).end(error instanceof Error ? error.message : String(error));
    }
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const address = server.address();
  if (address === null || typeof address === "string") throw new Error("the server has no port");
  const folder = await mkdtemp(path.join(tmpdir(), "aws-"));
  const command = path.join(folder, "aws");
  await writeFile(
    command,
    `#!${process.execPath}
fetch("http://127.0.0.1:${address.port}", { method: "POST", body: JSON.stringify(process.argv.slice(2)) }).then(async (answer) => {
  const text = await answer.text();
  (answer.ok ? process.stdout : process.stderr).write(text + "\\n");
  process.exitCode = answer.ok ? 0 : 254;
});
`,
  );
  await chmod(command, 0o755);
  const env = { PATH: `${folder}:/usr/bin:/bin` };
  return {
    sh: (script) =>
      new Promise((resolve) => {
        const shell = spawn("sh", ["-c", script], { env });
        let output = "";
        for (const stream of [shell.stdout, shell.stderr]) stream.on("data", (chunk) => (output += String(chunk)));
        shell.on("close", (exitCode) => resolve({ exitCode, output }));
      }),
    close: async () => {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
      await rm(folder, { recursive: true });
    },
  };
}
