// An app that knows nothing of a mock: it asks the API at `?api=`, with plain fetch and EventSource.
const api = new URLSearchParams(location.search).get("api");
const wallets = `${api}/api/wallets`;
const find = (selector) => document.querySelector(selector);

async function ask(url, options) {
  const response = await fetch(url, options);
  const body = await response.json();
  if (!response.ok) throw new Error(body.title);
  return body;
}

async function shown(work) {
  find("[role=alert]").hidden = true;
  try {
    await work();
  } catch (error) {
    find("[role=alert]").textContent = error.message;
    find("[role=alert]").hidden = false;
  }
}

async function list() {
  const page = await ask(`${wallets}?page_size=100&sort=label&direction=asc`);
  const rows = page.items.map(({ wallet }) => {
    const row = document.createElement("li");
    row.textContent = wallet.label ?? wallet.wallet_address;
    return row;
  });
  find("ul").replaceChildren(...rows);
}

find("form").addEventListener("submit", (event) => {
  event.preventDefault();
  const body = JSON.stringify(Object.fromEntries(new FormData(event.target)));
  void shown(async () => {
    await ask(wallets, { method: "POST", headers: { "Content-Type": "application/json" }, body });
    await list();
  });
});

find("#refresh").addEventListener("click", () => {
  void shown(async () => {
    const { operation_id } = await ask(`${wallets}/refresh-all`, { method: "POST" });
    const events = new EventSource(`${wallets}/refresh-operations/${operation_id}/events`);
    events.addEventListener("done", (event) => {
      events.close();
      const { state, done, total } = JSON.parse(event.data);
      find("output").textContent = `${state}: ${done} of ${total}`;
    });
  });
});

find("time").textContent = new Date().toISOString();
void shown(list);
