import { rule } from "../rule.ts";
import { listSetting } from "../setting.ts";
import { parseImage } from "./imageReference.ts";
import { onContainers } from "./pods.ts";

/** Kubernetes' own registry takes no second image under a tag: what is promoted there stays (github.com/kubernetes/registry.k8s.io). */
const registriesOfFixedTags = listSetting({
  name: "registriesOfFixedTags",
  description: "registries in which a tag never comes to mean another image",
  initial: ["registry.k8s.io"],
});

export const pinImages = rule({
  name: "kubernetes-pin-images",
  description: "In production images must be named by digest.",
  reason:
    "A tag is a name that anyone who may push can give to another image. A digest is the image: what was scanned and tested is what runs, on each node and after each restart.",
  level: "advisory",
  severity: "medium",
  controls: { nist: ["PR.PS-05"] },
  remediation: [
    "Look up the digest when the image is built (`docker buildx imagetools inspect`), and name the image as repository@sha256:….",
    "List a registry whose tags cannot be moved in registriesOfFixedTags.",
  ],
  settings: [registriesOfFixedTags],
  check: onContainers(({ image }, path, _, report, { context, setting, show }) => {
    if (context.environment !== "production" || image === undefined) return;
    const { registry = "", digest } = parseImage(image);
    if (digest !== undefined || setting(registriesOfFixedTags).includes(registry)) return;
    report(`${show([...path, "image"])} is not named by digest`);
  }),
});
