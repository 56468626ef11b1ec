/** The catalogues of controls that rules refer to, by the short name used in a rule. */
export const frameworks = {
  cis: {
    name: "CIS AWS Foundations Benchmark",
    version: "5.0.0",
    source: "https://www.cisecurity.org/benchmark/amazon_web_services",
  },
  fsbp: {
    name: "AWS Foundational Security Best Practices",
    version: "1.0.0",
    source: "https://docs.aws.amazon.com/securityhub/latest/userguide/fsbp-standard.html",
  },
  nist: {
    name: "NIST Cybersecurity Framework",
    version: "2.0",
    source: "https://doi.org/10.6028/NIST.CSWP.29",
  },
  pss: {
    name: "Kubernetes Pod Security Standards",
    version: "1.34",
    source: "https://kubernetes.io/docs/concepts/security/pod-security-standards/",
  },
  wellArchitected: {
    name: "AWS Well-Architected Framework",
    version: "2025-02-25",
    source: "https://docs.aws.amazon.com/wellarchitected/latest/framework/appendix.html",
  },
} as const satisfies Readonly<
  Record<string, { readonly name: string; readonly version: string; readonly source: string }>
>;

export type Framework = keyof typeof frameworks;

/** Which controls a rule helps to hold: for each framework their numbers, as the framework writes them. */
export type Controls = { readonly [F in Framework]?: readonly [string, ...string[]] };

export interface Control {
  readonly framework: string;
  readonly version: string;
  readonly control: string;
}

/** Every control of a rule, one by one. */
export function listControls(controls: Controls): readonly Control[] {
  return Object.entries(controls).flatMap(([key, numbers]) => {
    const { name, version } = frameworks[key as Framework]; // the keys of a Controls are frameworks
    return numbers.map((control) => ({ framework: name, version, control }));
  });
}
