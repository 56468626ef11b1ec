/**
 * Forms by which a credential is known, whoever wrote it: a key of AWS, a private key, tokens of the large code hosts, of chats and of payments.
 * None of them can backtrack. Sources: the services' own documentation of their formats.
 */
const forms: readonly RegExp[] = [
  /\b(?:AKIA|ASIA)[A-Z2-7]{16}\b/,
  /-----BEGIN (?:[A-Z]{2,12} )?PRIVATE KEY-----/,
  /\bgh[pousr]_[A-Za-z0-9]{36}/,
  /\bgithub_pat_[A-Za-z0-9_]{22}/,
  /\bglpat-[A-Za-z0-9_-]{20}/,
  /\bxox[abprs]-[A-Za-z0-9-]{10}/,
  /\bsk_live_[A-Za-z0-9]{16}/,
];

/** Names of settings that hold a credential and not where one is: they end so. */
const credentialName =
  /(?:^|[_-])(?:PASSWORD|PASSWD|SECRET|PRIVATE_KEY|API_KEY|APIKEY|ACCESS_KEY|AUTH_TOKEN|CREDENTIALS)$/;

/** What says where a credential is: an ARN, a path, a reference to resolve, an address without a password in it. */
const reference = /^(?:arn:|\/|\{\{resolve:|https?:\/\/[^:@]{0,200}$|\$)/;

/** `REQUIRE_API_KEY` is a switch, and its value no key. */
const onOrOff = /^(?:true|false)$/i;

/** Whether a value cannot be a credential, whatever its name: it says where one is, or whether something is on. */
export const isNoCredential = (text: string): boolean => reference.test(text) || onOrOff.test(text);

export const looksLikeCredential = (text: string): boolean => forms.some((form) => form.test(text));

/** `dbPassword` and `DB_PASSWORD` are the same name. */
const upper = (name: string): string => name.replace(/([a-z0-9])([A-Z])/g, "$1_$2").toUpperCase();

/** Whether a setting of this name and value hands a credential over in clear. */
export const isPlainCredential = (name: string, value: unknown): boolean => {
  const text = String(value);
  if (looksLikeCredential(text)) return true;
  return text.length >= 4 && credentialName.test(upper(name)) && !isNoCredential(text);
};
