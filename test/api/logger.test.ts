import { Writable } from "node:stream";
import { expect, test } from "vitest";
import { createLogger, redactedMembers } from "../../api/base/logger.ts";

test.each(redactedMembers)("the value of %s never reaches the log, wherever the member stands", (member) => {
  let written = "";
  const destination = new Writable({
    write(chunk, _encoding, done) {
      written += String(chunk);
      done();
    },
  });
  const logger = createLogger({ level: "info", destination });
  const secret = "hunter2hunter2";
  logger.info({ [member]: secret }, "top");
  logger.info({ inner: { [member]: secret } }, "one down");
  logger.info({ inner: { deeper: { [member]: secret } } }, "two down");
  logger.info({ req: { headers: { [member]: secret } } }, "header");
  expect(written.split("\n").filter(Boolean)).toHaveLength(4);
  expect(written).not.toContain(secret);
});
