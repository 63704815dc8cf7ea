/** Token names are strangers' text: what is invisible is shown, what piles up is cut, what deceives is told. */

export type Piece = { readonly text: string } | { readonly invisible: string };
export type Warning = "link" | "mixed-scripts" | "known-ticker";

const LONGEST = 64; // characters that are shown
const MOST_MARKS = 2; // combining marks on one character
const INVISIBLE = /[\p{Cc}\p{Cf}\p{Zl}\p{Zp}\p{Cn}\p{Co}\p{Cs}\u115f\u1160\u3164\uffa0\u2800\u034f\ufe00-\ufe0f\u00a0\u2000-\u200a\u202f\u205f\u3000]/u;
const MARK = /\p{M}/u;
const LINK = /(?:https?:|www\.|\b[\p{L}\p{N}-]{2,}\s*(?:\.|\u3002|\uff0e)\s*(?:com|net|org|io|xyz|app|fun|gg|me|co|site|vip|info|top|finance|claims?|dev|link|ru|cn)\b|\bt\.me\b|discord\.gg)/iu;
const SCRIPTS = ["Latin", "Cyrillic", "Greek", "Armenian", "Hebrew", "Arabic", "Cherokee"] as const;
const IN_SCRIPT = SCRIPTS.map((script) => new RegExp(`\\p{Script=${script}}`, "u"));

/** The mints that a well-known ticker stands for; anything else that calls itself so is somebody else's. */
const WELL_KNOWN: ReadonlyMap<string, string> = new Map([
  ["SOL", "So11111111111111111111111111111111111111112"],
  ["WSOL", "So11111111111111111111111111111111111111112"],
  ["USDC", "EPjFWdd5AufqSSqeM2qN1xzybapC8G4wEGGkZwyTDt1v"],
  ["USDT", "Es9vMFrzaCERmJfrF4H2FYD4KCoNkY11McCe8BenwNYB"],
  ["BONK", "DezXAZ8z7PnrnRJjz3wXBoRgixCa6xjnB7YaB1pPB263"],
  ["JUP", "JUPyiwrYJFskUPiHa7hkeR8VUtAeFoSYbKedZNsDvCN"],
  ["PYUSD", "2b1kV6DkPAnxd5ixfnxCpjxmKwqjjaYmCZfHsFu24GXo"],
]);

/** Letters that pass for Latin ones; enough to read a ticker as an eye does. */
const CONFUSED: ReadonlyMap<string, string> = new Map(
  Object.entries({ А: "A", В: "B", С: "C", Е: "E", Н: "H", І: "I", Ј: "J", К: "K", М: "M", О: "O", Р: "P", Ѕ: "S", Т: "T", Х: "X", У: "Y", Α: "A", Β: "B", Ε: "E", Η: "H", Ι: "I", Κ: "K", Μ: "M", Ν: "N", Ο: "O", Ρ: "P", Τ: "T", Υ: "Y", Χ: "X", Ζ: "Z", "0": "O", "1": "I", "5": "S", $: "S" }),
);

const GRAPHEMES = new Intl.Segmenter("en", { granularity: "grapheme" });
// As a string: the `v` flag is younger than what the build targets.
const EMOJI = new RegExp("^\\p{RGI_Emoji}$", "v");

/** The text in pieces for the eye; invisible characters by their code point, but those within an emoji. */
export function pieces(text: string): Piece[] {
  const found: Piece[] = [];
  let plain = "";
  let count = 0;
  for (const { segment } of GRAPHEMES.segment(text)) {
    count += 1;
    if (count > LONGEST) {
      plain += "…";
      break;
    }
    if (EMOJI.test(segment)) {
      plain += segment;
      continue;
    }
    let marks = 0;
    for (const character of segment) {
      if (INVISIBLE.test(character)) {
        if (plain) found.push({ text: plain });
        plain = "";
        found.push({ invisible: codePoint(character) });
      } else if (!MARK.test(character)) plain += character;
      else if (++marks <= MOST_MARKS) plain += character;
    }
  }
  if (plain) found.push({ text: plain });
  return found;
}

/** What is odd about a token that calls itself so. */
export function warnings(name: string | null, ticker: string | null, mint: string): Warning[] {
  const texts = [name, ticker].filter((text) => text !== null);
  const found: Warning[] = [];
  if (texts.some((text) => LINK.test(text.normalize("NFKC")))) found.push("link");
  if (texts.some((text) => text.split(/\s+/).some(mixesScripts))) found.push("mixed-scripts");
  if (texts.some((text) => poses(text, mint))) found.push("known-ticker");
  return found;
}

function mixesScripts(word: string): boolean {
  return IN_SCRIPT.filter((script) => script.test(word)).length > 1;
}

function poses(text: string, mint: string): boolean {
  const read = skeleton(text);
  const real = WELL_KNOWN.get(read) ?? WELL_KNOWN.get(text.normalize("NFKC").trim().toUpperCase());
  return real !== undefined && real !== mint;
}

/** As an eye reads it: compatibility forms folded, invisible characters gone, confusable letters Latin. */
export function skeleton(text: string): string {
  const visible = [...text.normalize("NFKD")].filter((each) => !INVISIBLE.test(each) && !MARK.test(each) && each !== " ");
  return visible.map((each) => CONFUSED.get(each.toUpperCase()) ?? each.toUpperCase()).join("");
}

function codePoint(character: string): string {
  return `U+${(character.codePointAt(0) ?? 0).toString(16).toUpperCase().padStart(4, "0")}`;
}
