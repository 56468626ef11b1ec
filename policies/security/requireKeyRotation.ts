import { onResource, rule } from "../rule.ts";

export const requireKeyRotation = rule({
  name: "security-require-key-rotation",
  description: "Symmetric keys must be rotated by the cloud.",
  reason:
    "A key that is never changed seals all there ever was, so that whoever once gets at it reads everything. Rotation changes what is sealed from now on, and what was sealed stays readable.",
  level: "mandatory",
  severity: "medium",
  controls: { fsbp: ["KMS.4"], cis: ["3.6"], nist: ["PR.DS-01"] },
  remediation: ["Set enableKeyRotation to true."],
  check: onResource("aws:kms/key:Key", (key, report) => {
    // Keys of other kinds and keys in a store of one's own cannot be rotated by the cloud (AWS KMS developer guide, "Rotate AWS KMS keys").
    if ((key.customerMasterKeySpec ?? "SYMMETRIC_DEFAULT") !== "SYMMETRIC_DEFAULT") return;
    if ((key.keyUsage ?? "ENCRYPT_DECRYPT") !== "ENCRYPT_DECRYPT" || key.customKeyStoreId) return;
    if (key.enableKeyRotation !== true) report("enableKeyRotation is not true");
  }),
});
