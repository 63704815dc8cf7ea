import { createRoot } from "react-dom/client";

import { App } from "./app/App";
import { applyTheme } from "./app/preferences";

applyTheme();
const root = document.getElementById("console");
if (root !== null) createRoot(root).render(<App />);
