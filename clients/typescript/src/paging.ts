/** A page of any list of the API. */
export interface Page<T> {
  items: T[];
  next_page_token: string | null;
}

/** What asks for the page: empty for the first. To be spread into the query. */
export type NextPage = { page_token?: string };

/**
 * All pages of a list, asked for as they are needed:
 * `pages((next) => ok(api.GET("/api/wallets", { params: { query: { tag: "ops", ...next } } })))`.
 */
export async function* pages<P extends Page<unknown>>(get: (next: NextPage) => Promise<P>): AsyncGenerator<P, void> {
  let next: NextPage = {};
  for (;;) {
    const page = await get(next);
    yield page;
    if (page.next_page_token === null) return;
    next = { page_token: page.next_page_token };
  }
}

/** All items of a list, page by page: `for await (const item of items((next) => ok(...)))`. */
export async function* items<T>(get: (next: NextPage) => Promise<Page<T>>): AsyncGenerator<T, void> {
  for await (const page of pages(get)) yield* page.items;
}
