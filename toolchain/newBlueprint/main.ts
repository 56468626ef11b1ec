import { fileURLToPath } from "node:url";
import { newBlueprint } from "./newBlueprint.ts";

/** `npm run new:blueprint NAME` */
try {
  const name = process.argv[2] ?? "";
  const written = await newBlueprint(fileURLToPath(new URL("../../", import.meta.url)), name);
  console.log(`${written.join("\n")}

Next:
  npx vitest run test/programs/catalog.test.ts --update   writes its page and its diagram
  npx vitest run test/programs/${name} test/sandbox       runs its tests`);
} catch (error) {
  console.error(error instanceof Error ? error.message : error);
  process.exitCode = 1;
}
