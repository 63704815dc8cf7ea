import { createRoot } from "react-dom/client";

import { readAhead } from "./app/ahead";
import { App } from "./app/App";
import { applyTheme } from "./app/preferences";
import { currentPlace } from "./app/router";

readAhead(currentPlace());
applyTheme();
const root = document.getElementById("console");
// In a task of its own, so that the requests are on their way before anything is drawn.
if (root !== null) setTimeout(() => createRoot(root).render(<App />));
