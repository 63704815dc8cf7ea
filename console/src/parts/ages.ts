/** Ages and instants: how long ago for a glance, the exact moment for a record. Copies are always UTC. */
import type { Zone } from "../app/preferences";

const UNITS: readonly (readonly [name: string, seconds: number, until: number])[] = [
  ["s", 1, 60],
  ["min", 60, 60 * 60],
  ["h", 3600, 48 * 3600],
  ["d", 86_400, 60 * 86_400],
  ["mo", 30 * 86_400, 730 * 86_400],
  ["y", 365 * 86_400, Number.POSITIVE_INFINITY],
];

/** `12 min`, rounded down: nothing is called older than it is. What is yet to come has a minus: `−3 h`. */
export function formatAge(milliseconds: number): string {
  const seconds = Math.floor(Math.abs(milliseconds) / 1000);
  const [name, size] = UNITS.find(([, , until]) => seconds < until) ?? ["s", 1];
  const count = Math.floor(seconds / size);
  return `${milliseconds < 0 && count > 0 ? "−" : ""}${count} ${name}`;
}

/** The age of an instant at `now`; null for no instant. */
export function ageOf(instant: string, now: number): string {
  return formatAge(now - Date.parse(instant));
}

/** A sentence's words for when: `12 min ago`, `in 3 h`. */
export function relative(instant: string, now: number): string {
  const past = now - Date.parse(instant);
  if (Math.abs(past) < 1000) return "just now";
  return past < 0 ? `in ${formatAge(-past)}` : `${formatAge(past)} ago`;
}

/** To the second, with the zone named: `2026-11-22 16:10:00 UTC`. */
export function formatInstant(instant: string, zone: Zone): string {
  const date = new Date(instant);
  if (Number.isNaN(date.getTime())) return instant;
  if (zone === "utc") return `${date.toISOString().slice(0, 19).replace("T", " ")} UTC`;
  const two = (part: number) => String(part).padStart(2, "0");
  const day = `${date.getFullYear()}-${two(date.getMonth() + 1)}-${two(date.getDate())}`;
  const time = `${two(date.getHours())}:${two(date.getMinutes())}:${two(date.getSeconds())}`;
  return `${day} ${time} ${offset(date)}`;
}

/** An instant as a field for date and time shows it in a zone: `2026-11-22T16:10`. */
export function toFieldValue(instant: string, zone: Zone): string {
  const date = new Date(instant);
  const shifted = zone === "utc" ? date : new Date(date.getTime() - date.getTimezoneOffset() * 60_000);
  return shifted.toISOString().slice(0, 16);
}

/** What such a field holds as an instant in UTC; null for no moment. */
export function fromFieldValue(text: string, zone: Zone): string | null {
  const date = new Date(zone === "utc" ? `${text}Z` : text);
  return Number.isNaN(date.getTime()) ? null : date.toISOString();
}

/** Seconds as `1 min 20 s`, for what is left of something. */
export function formatSeconds(seconds: number): string {
  const whole = Math.max(0, Math.ceil(seconds));
  if (whole < 60) return `${whole} s`;
  const minutes = Math.floor(whole / 60);
  if (minutes < 60) return whole % 60 === 0 ? `${minutes} min` : `${minutes} min ${whole % 60} s`;
  return `${Math.floor(minutes / 60)} h ${minutes % 60} min`;
}

function offset(date: Date): string {
  const minutes = -date.getTimezoneOffset();
  const [hours, rest] = [Math.floor(Math.abs(minutes) / 60), Math.abs(minutes) % 60];
  return `UTC${minutes < 0 ? "−" : "+"}${hours}${rest ? `:${String(rest).padStart(2, "0")}` : ""}`;
}
