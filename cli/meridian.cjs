#!/usr/bin/env node
"use strict";
// Plain CommonJS of an old kind: this file must parse on any Node, to say what is wrong with it.
const { spawn } = require("node:child_process");
const { existsSync } = require("node:fs");
const { constants } = require("node:os");
const path = require("node:path");

const installed = path.join(__dirname, "..", "node_modules", "node", "bin", "node");

if (process.features.typescript) {
  import("./main.ts");
} else if (existsSync(installed)) {
  restart();
} else {
  console.error(
    `meridian: this is Node ${process.version}, which cannot run TypeScript. Run "npm ci" in ${path.dirname(__dirname)}, ` +
      "which installs Node 24 there, or put Node 24 on PATH.",
  );
  process.exitCode = 1;
}

function restart() {
  let child;
  // Before the child begins: a signal that comes just after must find somebody to pass it on.
  for (const signal of ["SIGINT", "SIGTERM", "SIGHUP"]) {
    process.on(signal, () => {
      // A terminal has interrupted the child itself; twice would mean "at once" to some programs.
      if (signal !== "SIGINT" || !process.stdin.isTTY) child.kill(signal);
    });
  }
  child = spawn(installed, process.argv.slice(1), { stdio: "inherit" });
  child.on("exit", (code, signal) => {
    process.exitCode = signal === null ? code : 128 + constants.signals[signal];
  });
}
