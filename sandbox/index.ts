export { type AttachedSandbox, type AttachOptions, attachOrStart } from "./attachOrStart.ts";
export { type Sandbox, type SandboxOptions, startSandbox } from "./startSandbox.ts";
