/** The parts of an image's name, as the reference grammar of container images has them (github.com/distribution/reference). */
export interface ImageReference {
  /** `undefined` where none is named: then the node's runtime decides, which means Docker Hub. */
  readonly registry?: string;
  /** The name without registry, tag and digest. */
  readonly repository: string;
  readonly tag?: string;
  readonly digest?: string;
}

/** Takes apart `registry.example:5000/game/server:1.2@sha256:…`. */
export function parseImage(image: string): ImageReference {
  const [named = "", digest] = image.split("@");
  const [first = "", ...rest] = named.split("/");
  const isRegistry = rest.length > 0 && (first.includes(".") || first.includes(":") || first === "localhost");
  const [repository = "", tag] = (isRegistry ? rest.join("/") : named).split(":");
  return { repository, ...(isRegistry && { registry: first }), ...(tag && { tag }), ...(digest && { digest }) };
}
