/** A small pattern of an address, made from all of its 32 bytes: what only the ends share looks different. */
import { base58Bytes } from "./base58";

const SIDE = 5;
const known = new Map<string, string>();
const MOST_KNOWN = 4096;

/** An image as a `data:` URL. */
export function identicon(address: string): string {
  let image = known.get(address);
  if (image === undefined) {
    if (known.size >= MOST_KNOWN) known.clear();
    image = `data:image/svg+xml,${encodeURIComponent(draw(address))}`;
    known.set(address, image);
  }
  return image;
}

/** The filled cells of the left half and the middle, row by row, and a hue in degrees. */
export function pattern(address: string): { cells: boolean[]; hue: number } {
  const bytes = base58Bytes(address, 64) ?? new TextEncoder().encode(address);
  const [one, two] = mixed(bytes);
  const cells = Array.from({ length: SIDE * 3 }, (_, cell) => ((one >>> (cell * 2)) & 3) > 1);
  return { cells, hue: two % 360 };
}

function draw(address: string): string {
  const { cells, hue } = pattern(address);
  const squares = cells.flatMap((filled, cell) => {
    if (!filled) return [];
    const [row, column] = [Math.floor(cell / 3), cell % 3];
    const places = column === 2 ? [column] : [column, SIDE - 1 - column];
    return places.map((x) => `M${x} ${row}h1v1h-1z`);
  });
  return (
    `<svg xmlns="http://www.w3.org/2000/svg" viewBox="-1 -1 7 7" shape-rendering="crispEdges">` +
    `<path fill="hsl(${hue} 48% 52%)" d="${squares.join("")}"/></svg>`
  );
}

/** Two words of 32 bits that each byte changes about half of (cyrb53's mixing; no secret depends on it). */
function mixed(bytes: Uint8Array): [number, number] {
  let one = 0xdeadbeef;
  let two = 0x41c6ce57;
  for (const byte of bytes) {
    one = Math.imul(one ^ byte, 2654435761);
    two = Math.imul(two ^ byte, 1597334677);
  }
  one = Math.imul(one ^ (one >>> 16), 2246822507) ^ Math.imul(two ^ (two >>> 13), 3266489909);
  two = Math.imul(two ^ (two >>> 16), 2246822507) ^ Math.imul(one ^ (one >>> 13), 3266489909);
  return [one >>> 0, two >>> 0];
}
