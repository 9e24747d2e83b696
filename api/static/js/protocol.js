// Seed, key and lot number as the draw protocol writes them (section 4).
import { sha256 } from "./sha256.js";

/** Return the seed of a draw from its manifest's hash and [source id, value] pairs in the manifest's order. */
export function seedOf(manifest, values) {
  const lines = values.map(([source, value], n) => `source\t${n}\t${source}\t${value}\n`);
  return sha256(`double-random/1/seed\nmanifest\t${manifest}\n${lines.join("")}`);
}

/** Return the key that lot numbers of the selection are made with. */
export const selectKey = (seed) => sha256(`double-random/1/key\n${seed}\nselect\n`);

/** Return the lot number of a code. */
export const lotNumber = (key, code) => sha256(`${key}:${code}`);
