import { rule } from "../rule.ts";
import { parseImage } from "./imageReference.ts";
import { onContainers } from "./pods.ts";

export const noLatestImages = rule({
  name: "kubernetes-no-latest-images",
  description: "Images must say which version they are: a tag other than latest, or a digest.",
  reason:
    "Two nodes that pull `latest` a day apart run two games. Nothing says which one a match was played on, and there is no version to go back to.",
  level: "mandatory",
  severity: "medium",
  controls: { nist: ["PR.PS-02"] },
  remediation: ["Name the image by a version's tag, or better by its digest."],
  check: onContainers(({ image }, path, _, report, { show }) => {
    if (image === undefined) return;
    const { tag, digest } = parseImage(image);
    if (digest === undefined && (tag === undefined || tag === "latest"))
      report(`${show([...path, "image"])} names no version`);
  }),
});
