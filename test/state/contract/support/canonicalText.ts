/**
 * What a command printed, as lines that can be compared: times, durations, random ids, folders, addresses and the name of the
 * organization become placeholders; runs of spaces become one, so that columns of other width are the same; empty lines and
 * the dots of progress (`@ updating....`, one for each second or so) go.
 */
export function canonicalText(output: string): readonly string[] {
  return output
    .split("\n")
    .map((line) => placeholders.reduce((text, [pattern, name]) => text.replaceAll(pattern, name), line))
    .map((line) => line.replaceAll(/\s+/g, " ").trim())
    .filter((line) => line !== "" && !/^@ /.test(line));
}

const placeholders: readonly (readonly [RegExp, string])[] = [
  [/\S*\/meridian-laptop-\w+/g, "<home>"],
  [/file:\/\/\S*meridian-files-\w+|http:\/\/127\.0\.0\.1:\d+/g, "<url>"],
  [/[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}/g, "<uuid>"],
  [/\d{4}-\d\d-\d\d[T ]\d\d:\d\d:\d\d(\.\d+)?( ?Z| \+0000 UTC)?/g, "<time>"],
  [/\b(?:\d+|a|an) (?:second|minute)s? ago\b|\bnow\b/g, "<ago>"],
  [/"duration": \d+/g, '"duration": <duration>'],
  [/\((?:\d+\.?\d*s|\d+ms)\)/g, "(<duration>)"],
  [/(Duration:|took) \d+m?s/g, "$1 <duration>"],
  [/\b(?:organization|studio)\b/g, "<org>"],
  [/"ciphertext": ".*"/g, '"ciphertext": "<sealed>"'],
];
