/** Hash routes: the URL is the view. What stands behind `#` never reaches a server or its logs. */
import { parsePlace, type Place } from "./place";
import { createStore, useStore } from "./store";

export { hrefOf } from "./place";

const place = createStore<Place>(parsePlace(location.hash));
let shown = location.hash;

addEventListener("hashchange", moved);

function moved(): void {
  if (location.hash === shown) return;
  shown = location.hash;
  place.set(parsePlace(shown));
}

export function usePlace(): Place {
  return useStore(place);
}

export function currentPlace(): Place {
  return place.get();
}

/** Show another view; `replace` where going back to this one would be no help (a keystroke in a filter). */
export function navigate(href: string, { replace = false } = {}): void {
  if (href === location.hash) return;
  if (replace) history.replaceState(null, "", href);
  else history.pushState(null, "", href);
  moved();
}
