/** Where the runtime looks for the script in the archive. Source: CloudWatch user guide, "Packaging your Node.js canary files". */
export const canaryScriptPath = "nodejs/node_modules/visit.js";
export const canaryHandler = "visit.handler";

/** What the runtime needs beside the script, in seconds: it is in a canary's timeout, and a visit has that much less. */
export const canaryStartSeconds = 15;

/**
 * What a canary runs: one GET over TLS by Node's own client, without any package. It fails by another status, by an answer that comes too
 * late, and by a certificate that does not hold. What it asks for is in the environment, so that one script serves all.
 */
export const canaryScript = `"use strict";
const https = require("node:https");

exports.handler = () =>
  new Promise((resolve, reject) => {
    const { TARGET_URL, EXPECTED_STATUS, TIMEOUT_SECONDS } = process.env;
    const timeoutMillis = Number(TIMEOUT_SECONDS) * 1000;
    const request = https.get(TARGET_URL, { headers: { "user-agent": "meridian-canary" } }, (response) => {
      response.resume();
      response.on("error", reject);
      response.on("end", () => {
        clearTimeout(late);
        if (String(response.statusCode) === EXPECTED_STATUS) resolve(response.statusCode);
        else reject(new Error("answered " + response.statusCode + " instead of " + EXPECTED_STATUS));
      });
    });
    const late = setTimeout(
      () => request.destroy(new Error("no whole answer within " + TIMEOUT_SECONDS + " s")),
      timeoutMillis,
    );
    request.on("error", (error) => {
      clearTimeout(late);
      // Where a name has several addresses and none answers, the error has a code and no message.
      reject(error.message ? error : new Error(error.code));
    });
  });
`;
