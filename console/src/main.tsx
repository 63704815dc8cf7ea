import { createRoot } from "react-dom/client";

import { prefetch } from "./app/prefetch";
import { App } from "./app/App";
import { applyTheme } from "./app/preferences";
import { currentPlace } from "./app/router";

prefetch(currentPlace());
applyTheme();
const root = document.getElementById("console");
// In a task of its own, so that the requests are on their way before anything is drawn.
if (root !== null) setTimeout(() => createRoot(root).render(<App />));
