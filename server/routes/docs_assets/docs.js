// What stands around Swagger UI: the theme, a filter over operations, and what goes with each request that is tried.
"use strict";

(() => {
  const root = document.documentElement;
  const dark = matchMedia("(prefers-color-scheme: dark)");

  const remembered = (storage, name) => {
    try {
      return storage.getItem(`wallet-orchestrator.docs.${name}`);
    } catch {
      return null; // a browser that keeps nothing
    }
  };
  const remember = (storage, name, value) => {
    try {
      storage.setItem(`wallet-orchestrator.docs.${name}`, value);
    } catch {
      // as above
    }
  };

  const applyTheme = (theme) => {
    const isDark = theme === "dark" || (theme !== "light" && dark.matches);
    root.classList.toggle("dark-mode", isDark); // the name that Swagger UI's own stylesheet knows
    root.style.colorScheme = isDark ? "dark" : "light";
  };
  // Before the body is there, so that no page flashes white.
  let theme = remembered(localStorage, "theme") ?? "system";
  applyTheme(theme);
  dark.addEventListener("change", () => applyTheme(theme));

  const sessionOfThePage = () => {
    const inPath = /^\/__mock__\/s\/([^/]+)\//.exec(location.pathname)?.[1];
    return inPath === undefined ? new URLSearchParams(location.search).get("session") : decodeURIComponent(inPath);
  };

  const wordsOf = (tag, operation) =>
    [
      tag,
      operation.get("method"),
      operation.get("path"),
      operation.getIn(["operation", "operationId"]),
      operation.getIn(["operation", "summary"]),
    ]
      .join(" ")
      .toLowerCase();

  // Swagger UI's own filter looks at the names of groups only.
  const opsFilter = (groups, phrase) => {
    const words = phrase.toLowerCase().split(/\s+/).filter(Boolean);
    return groups
      .map((group, tag) =>
        group.update("operations", (operations) =>
          operations.filter((operation) => {
            const text = wordsOf(tag, operation);
            return words.every((word) => text.includes(word));
          }),
        ),
      )
      .filter((group) => group.get("operations").size > 0);
  };

  const start = () => {
    const field = (name) => document.querySelector(`[data-docs="${name}"]`);
    const [filter, session, prefer, chosenTheme] = ["filter", "session", "prefer", "theme"].map(field);

    const send = (request) => {
      if (request.loadSpec) {
        return request;
      }
      const url = new URL(request.url, location.href);
      const name = session?.value.trim() ?? "";
      if (name !== "" && url.origin === location.origin && !url.pathname.startsWith("/__mock__/s/")) {
        url.pathname = `/__mock__/s/${encodeURIComponent(name)}${url.pathname}`;
        request.url = url.href;
      }
      const directives = [request.headers.Prefer, prefer?.value.trim()].filter(Boolean);
      if (directives.length > 0) {
        request.headers.Prefer = directives.join(", ");
      }
      return request;
    };

    // Not the server that the document names first: the one that serves this page.
    const tryHere = () => {
      const { oas3Actions, specSelectors } = ui.getSystem();
      const servers = specSelectors.specJson().toJS().servers ?? [];
      if (servers.some(({ url }) => url === "/")) {
        oas3Actions.setSelectedServer("/");
      }
    };

    const ui = SwaggerUIBundle({
      url: document.body.dataset.contract,
      dom_id: "#swagger-ui",
      deepLinking: true,
      displayRequestDuration: true,
      validatorUrl: null,
      requestInterceptor: send,
      onComplete: tryHere,
      plugins: [() => ({ fn: { opsFilter } })],
    });

    filter.addEventListener("input", () => ui.getSystem().layoutActions.updateFilter(filter.value.trim()));
    if (session) {
      session.value = sessionOfThePage() ?? remembered(sessionStorage, "session") ?? "";
      session.addEventListener("input", () => remember(sessionStorage, "session", session.value.trim()));
    }
    if (prefer) {
      prefer.value = remembered(sessionStorage, "prefer") ?? "";
      prefer.addEventListener("input", () => remember(sessionStorage, "prefer", prefer.value.trim()));
    }
    chosenTheme.value = theme;
    chosenTheme.addEventListener("change", () => {
      theme = chosenTheme.value;
      remember(localStorage, "theme", theme);
      applyTheme(theme);
    });
  };
  document.addEventListener("DOMContentLoaded", start);
})();
