/** One event of a stream of server-sent events. */
export interface ServerSentEvent {
  readonly id: string | undefined;
  readonly event: string;
  readonly data: string;
}

/** Reads a stream as the standard says (WHATWG HTML, section 9.2.6): comments and events cut short are dropped. */
export async function* serverSentEvents(stream: AsyncIterable<Uint8Array>): AsyncGenerator<ServerSentEvent> {
  let fields: Record<string, string[]> = {};
  for await (const line of linesOf(stream)) {
    if (line === "") {
      const { id, event, data } = fields;
      if (data !== undefined) yield { id: id?.at(-1), event: event?.at(-1) ?? "message", data: data.join("\n") };
      fields = {};
      continue;
    }
    const [, name = "", value = ""] = /^([^:]*)(?:: ?(.*))?$/s.exec(line) ?? [];
    if (name === "id" || name === "event" || name === "data") fields[name] = [...(fields[name] ?? []), value];
  }
}

async function* linesOf(stream: AsyncIterable<Uint8Array>): AsyncGenerator<string> {
  const decoder = new TextDecoder();
  let rest = "";
  for await (const piece of stream) {
    rest += decoder.decode(piece, { stream: true });
    // A carriage return at the very end may be half of a line's end that comes in two pieces.
    const lines = rest.split(/\r\n|\n|\r(?!$)/);
    rest = lines.pop() ?? "";
    yield* lines;
  }
}
