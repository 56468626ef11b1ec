"use strict";
// Loaded before anything else, and plain CommonJS of an old kind: it must parse on any Node, to say what is wrong with it.
if (!process.features.typescript) {
  console.error(
    "meridian: this is Node " +
      process.version +
      ', which cannot run TypeScript. "npm ci" installs Node 24 with the packages (not with --ignore-scripts); run it through npm, or put Node 24 on PATH.',
  );
  process.exit(1);
}
