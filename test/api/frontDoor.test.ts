import net from "node:net";
import { afterEach, expect, test, vi } from "vitest";
import { type FrontDoor, openFrontDoor } from "../../api/http/frontDoor.ts";
import { freePort } from "../../toolchain/index.ts";

const host = "127.0.0.1";
let door: FrontDoor | undefined;
afterEach(() => door?.slam());

test("what comes before there is anybody to answer waits, with all that it says, and is answered", async () => {
  const port = await freePort();
  door = await openFrontDoor({ port, host });
  const asked = Promise.all(
    ["a", "b"].map(async (body) => (await fetch(`http://${host}:${port}/`, { method: "POST", body })).text()),
  );
  const early = vi.fn();
  asked.then(early, early);
  await vi.waitFor(() => expect(connections(door)).resolves.toBe(2));
  expect(early).not.toHaveBeenCalled();
  door.answerBy(async (req, res) => {
    let said = "";
    for await (const part of req) said += String(part);
    res.end(`heard ${said}`);
  });
  expect(await asked).toEqual(["heard a", "heard b"]);
  expect(await (await fetch(`http://${host}:${port}/`, { method: "POST", body: "c" })).text()).toBe("heard c");
});

test("who left before there was anybody to answer is not answered", async () => {
  const port = await freePort();
  door = await openFrontDoor({ port, host });
  const client = net.connect(port, host);
  client.write("GET / HTTP/1.1\r\nHost: here\r\n\r\n");
  await vi.waitFor(() => expect(connections(door)).resolves.toBe(1));
  client.destroy();
  await vi.waitFor(() => expect(connections(door)).resolves.toBe(0));
  const app = vi.fn();
  door.answerBy(app);
  expect(app).not.toHaveBeenCalled();
});

test("a start that fails leaves nobody waiting, and nothing listening", async () => {
  const port = await freePort();
  door = await openFrontDoor({ port, host });
  const asked = fetch(`http://${host}:${port}/`);
  const refused = expect(asked).rejects.toThrow("fetch failed");
  await vi.waitFor(() => expect(connections(door)).resolves.toBe(1));
  door.slam();
  await refused;
  await expect(fetch(`http://${host}:${port}/`)).rejects.toThrow("fetch failed");
});

test("a port that is taken is an error at once", async () => {
  const port = await freePort();
  door = await openFrontDoor({ port, host });
  await expect(openFrontDoor({ port, host })).rejects.toMatchObject({ code: "EADDRINUSE" });
});

function connections(open: FrontDoor | undefined): Promise<number> {
  return new Promise((resolve, reject) => {
    open?.server.getConnections((error, count) => (error === null ? resolve(count) : reject(error)));
  });
}
