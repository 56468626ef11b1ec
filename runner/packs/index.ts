export type { PackAnswer, PackQuestion } from "./packAnswers.ts";
export {
  type PackDescription,
  type PackFinding,
  type PackKind,
  type PackPolicy,
  type PackResource,
  packDescription,
  packKinds,
} from "./packContents.ts";
export { PackError } from "./packError.ts";
export { createPackKeeper, type PackArtefact, type PackKeeper } from "./packKeeper.ts";
export { readPackValue } from "./readPackValue.ts";
