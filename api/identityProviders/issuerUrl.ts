/**
 * Whether the service may fetch from this address: by TLS, or from its own machine. Only what an admin wrote is ever asked,
 * and what lies at the same origin as that.
 */
export function isFetchable(text: string): boolean {
  if (!URL.canParse(text)) return false;
  const { protocol, hostname, username, password, hash, search } = new URL(text);
  if (username !== "" || password !== "" || hash !== "" || search !== "") return false;
  return protocol === "https:" || (protocol === "http:" && isLoopback(hostname));
}

function isLoopback(hostname: string): boolean {
  return hostname === "localhost" || hostname === "[::1]" || /^127\.\d{1,3}\.\d{1,3}\.\d{1,3}$/.test(hostname);
}
