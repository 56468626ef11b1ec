const LABEL = /^[a-z0-9]([-a-z0-9]*[a-z0-9])?$/;
const SUBDOMAIN = /^[a-z0-9]([-a-z0-9]*[a-z0-9])?(\.[a-z0-9]([-a-z0-9]*[a-z0-9])?)*$/;

/**
 * The forms of names in Kubernetes (RFC 1123 and 1035; k8s.io/apimachinery, util/validation). Each function says in a
 * sentence what is wrong with a value, or nothing when it is right.
 */
export type NameForm = (value: string) => string | undefined;

export const dnsLabel: NameForm = (value) => {
  if (value.length > 63) return "must be no more than 63 characters";
  return LABEL.test(value)
    ? undefined
    : "a lowercase RFC 1123 label has only lower case letters, digits and '-', and begins and ends with a letter or digit";
};

export const dnsSubdomain: NameForm = (value) => {
  if (value.length > 253) return "must be no more than 253 characters";
  return SUBDOMAIN.test(value)
    ? undefined
    : "a lowercase RFC 1123 subdomain has only lower case letters, digits, '-' and '.', and begins and ends with a letter or digit";
};

export const dns1035Label: NameForm = (value) => {
  if (value.length > 63) return "must be no more than 63 characters";
  return /^[a-z]([-a-z0-9]*[a-z0-9])?$/.test(value)
    ? undefined
    : "a DNS-1035 label has only lower case letters, digits and '-', begins with a letter, and ends with a letter or digit";
};

/** Roles and bindings: anything that can stand in a URL's path. */
export const pathSegment: NameForm = (value) => {
  if (value === "." || value === "..") return `may not be '${value}'`;
  return /[/%]/.test(value) ? "may not contain '/' or '%'" : undefined;
};

export function atMost(length: number, form: NameForm): NameForm {
  return (value) => (value.length > length ? `must be no more than ${length} characters` : form(value));
}

/** Keys of labels and annotations, taints, topology: `name` or `prefix.example.com/name`. */
export const qualifiedName: NameForm = (value) => {
  const parts = value.split("/");
  const name = parts.at(-1) ?? "";
  if (parts.length > 2) return "must be a name, or a DNS subdomain, '/' and a name";
  if (parts.length === 2 && dnsSubdomain(parts[0] ?? "") !== undefined) return "the prefix must be a DNS subdomain";
  if (name === "" || name.length > 63) return "the name part must have from 1 to 63 characters";
  return /^[A-Za-z0-9]([-A-Za-z0-9_.]*[A-Za-z0-9])?$/.test(name)
    ? undefined
    : "the name part has only letters, digits, '-', '_' and '.', and begins and ends with a letter or digit";
};

export const labelValue: NameForm = (value) => {
  if (value.length > 63) return "must be no more than 63 characters";
  return /^([A-Za-z0-9]([-A-Za-z0-9_.]*[A-Za-z0-9])?)?$/.test(value)
    ? undefined
    : "a valid label has only letters, digits, '-', '_' and '.', and begins and ends with a letter or digit";
};

/** Names of container ports (RFC 6335). */
export const portName: NameForm = (value) => {
  if (value.length > 15) return "must be no more than 15 characters";
  if (!/^[a-z0-9]([-a-z0-9]*[a-z0-9])?$/.test(value) || value.includes("--")) {
    return "must contain only lower case letters, digits and single hyphens between them";
  }
  return /[a-z]/.test(value) ? undefined : "must contain at least one letter";
};

/** Keys of config maps and secrets. */
export const configKey: NameForm = (value) => {
  if (value === "." || value === ".." || value.startsWith("..")) return "may not begin with '..' or be '.'";
  return value.length <= 253 && /^[-._a-zA-Z0-9]+$/.test(value)
    ? undefined
    : "a valid config key has at most 253 letters, digits, '-', '_' and '.'";
};
