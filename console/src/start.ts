/** The start: the page that the URL names is loaded beside the frame that it will stand in, not after it. */
import { loadAhead } from "./app/pages";
import { parsePlace } from "./app/place";

loadAhead(parsePlace(location.hash).path);
void import("./main");
