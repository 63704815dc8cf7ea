import { useLayoutEffect } from "react";

import { hrefOf, navigate } from "./router";
import { toggleMockPanel } from "./preferences";
import { PAGES } from "./registry";
import { createStore } from "./store";

/** What is open above the page. */
export const overlay = createStore<"none" | "palette" | "help" | "refresh">("none");

const TOGETHER = 1500; // milliseconds between `g` and its letter

export const SHORTCUTS: readonly (readonly [keys: string, what: string])[] = [
  ["/", "search for a wallet"],
  ["⌘K", "commands and search"],
  ["g + letter", `a page: ${PAGES.map(({ letter, title }) => `${letter} ${title}`).join(", ")}`],
  ["j  k", "next and previous row"],
  ["x", "select the row (with ⇧: up to it)"],
  ["Enter", "open the row"],
  ["r", "refresh the selection, or the row"],
  ["t", "tags of the selection, or of the row"],
  ["c", "copy the addresses"],
  ["~", "the mock panel, where the server is a mock"],
  ["?", "this list"],
];

/** Keys that work everywhere but in text fields and dialogs. */
export function useShortcuts(): void {
  // Before the first paint: whoever sees the page can use its keys.
  useLayoutEffect(() => {
    let begun = Number.NEGATIVE_INFINITY;
    const onKeyDown = (event: KeyboardEvent) => {
      if ((event.metaKey || event.ctrlKey) && event.key.toLowerCase() === "k") {
        event.preventDefault();
        overlay.set((open) => (open === "palette" ? "none" : "palette"));
        return;
      }
      if (event.metaKey || event.ctrlKey || event.altKey || isTyping(event.target)) return;
      if (document.querySelector("[role=dialog], [role=menu]") !== null) return;
      const second = event.timeStamp - begun < TOGETHER;
      begun = Number.NEGATIVE_INFINITY;
      if (second) {
        const page = PAGES.find(({ letter }) => letter === event.key);
        if (page === undefined) return;
        navigate(hrefOf([page.path]));
      } else if (event.key === "g") begun = event.timeStamp;
      else if (event.key === "/") overlay.set("palette");
      else if (event.key === "?") overlay.set("help");
      else if (event.key === "~") toggleMockPanel();
      else return;
      event.preventDefault();
    };
    // Before the grid's own keys: the letter after `g` may be one of them.
    addEventListener("keydown", onKeyDown, { capture: true });
    return () => removeEventListener("keydown", onKeyDown, { capture: true });
  }, []);
}

function isTyping(target: EventTarget | null): boolean {
  return target instanceof HTMLElement && target.closest("input, textarea, select, [contenteditable]") !== null;
}
