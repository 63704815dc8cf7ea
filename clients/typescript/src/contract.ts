// Made from openapi.yaml by generate.mjs; `make generate` makes it anew. Not edited by hand.

export interface paths {
    "/api/wallets": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * List wallets
         * @description A page of wallets from the store, without their holdings and funding. Filters can be combined, with any `sort`
         *     in either `direction`; a wallet is listed if it meets all of them. `freshness` is judged by the clock of the
         *     first page.
         *
         *     The store finds wallets by one filter; the others are compared while the page fills, and a request looks at a
         *     bounded number of wallets (`WALLET_READ_BUDGET`). So with several filters a page may be short, even empty, and
         *     still have a `next_page_token`: the list has ended when that is null. `total_size` is null where counting would
         *     mean to look at every wallet.
         */
        get: operations["listWallets"];
        put?: never;
        /**
         * Register a wallet
         * @description Adds a wallet to the register. Nothing is read from the chain: all chain data is null until the first refresh.
         *     Launches recorded for this address before a deletion count again.
         */
        post: operations["createWallet"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/wallets/edit": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Edit many wallets
         * @description Adds and removes tags, and sets or clears the status override, on up to 100 wallets; nothing else is touched. **A dry run
         *     unless `dry_run` is false**: the answer then says what would happen.
         *
         *     Each wallet gets an outcome of its own, in the order of the request: `changed`, `unchanged`, `missing` (not registered), or
         *     `invalid` with the reasons. Tags are removed first, then added: one that is both stays where it is. Each wallet is one commit
         *     with its audit entry, so an answer of 503 may leave some of them changed: send it again.
         */
        post: operations["editWallets"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/wallets/refresh-all": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Read many wallets from the chain
         * @description Starts an operation that refreshes the wallets of a scope, or up to 500 by address, and answers 202 at once.
         *     With `Prefer: wait=N` it answers 200 if the operation finishes within N seconds. Follow the operation with
         *     getRefreshOperation or streamRefreshEvents; it survives a restart of the server.
         *
         *     One refresh-all runs at a time. The same request while it runs gives the same operation; another is a 409
         *     `refresh_all_running` that names it.
         */
        post: operations["refreshAllWallets"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/wallets/refresh-operations": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * List refresh-all operations
         * @description By `created_at`, newest first. A finished operation keeps its final counts. Operations are dropped a week after they
         *     began.
         */
        get: operations["listRefreshOperations"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/wallets/refresh-operations/{operation_id}": {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /**
                 * @description The refresh-all operation.
                 * @example op_589181046e287b19c63105f6b88fba50
                 */
                operation_id: components["parameters"]["OperationId"];
            };
            cookie?: never;
        };
        /**
         * Get a refresh-all operation
         * @description How far the operation is. Reads the store, not the chain.
         */
        get: operations["getRefreshOperation"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/wallets/refresh-operations/{operation_id}/results": {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /**
                 * @description The refresh-all operation.
                 * @example op_589181046e287b19c63105f6b88fba50
                 */
                operation_id: components["parameters"]["OperationId"];
            };
            cookie?: never;
        };
        /**
         * List the results of a refresh-all operation
         * @description One result a wallet, in the order in which they finished. While the operation runs, only those that are done
         *     are listed: `total_size` is how many were when the first page was made, and later pages may bring more. What was
         *     under way when it was cancelled is listed, too, though the operation no longer counts it. With `only`, a page may have fewer entries than asked for, even none, and still a
         *     `next_page_token`: a request looks at a bounded number of results.
         */
        get: operations["listRefreshResults"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/wallets/refresh-operations/{operation_id}/events": {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /**
                 * @description The refresh-all operation.
                 * @example op_589181046e287b19c63105f6b88fba50
                 */
                operation_id: components["parameters"]["OperationId"];
            };
            cookie?: never;
        };
        /**
         * Follow a refresh-all operation
         * @description Server-Sent Events. `progress` carries the operation whenever its counts change, `result` one wallet's result,
         *     and `done` the finished operation; the stream ends after `done`. Data are JSON on one line.
         *
         *     Ids come from the store, so a stream that broke is resumed with `Last-Event-ID`, also at another server; an
         *     id that is not known starts from the beginning. A comment every 15 seconds keeps the connection open. A stream
         *     is closed after a maximum time (a setting) even if the operation still runs: connect again.
         */
        get: operations["streamRefreshEvents"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/wallets/refresh-operations/{operation_id}/cancel": {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /**
                 * @description The refresh-all operation.
                 * @example op_589181046e287b19c63105f6b88fba50
                 */
                operation_id: components["parameters"]["OperationId"];
            };
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Cancel a refresh-all operation
         * @description Stops the operation. Wallets that are done keep their results; those being read may still finish. An operation
         *     that has finished already is a 409.
         */
        post: operations["cancelRefreshOperation"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/wallets/refresh-estimate": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Estimate what a refresh-all costs
         * @description How many wallets refreshAllWallets would read for this scope now, how many JSON-RPC requests that takes, and how long
         *     under the server's budget. Asks the store alone. `calls_at_least` is what reading balances and holdings takes: one
         *     request for every hundred accounts (wallets, their known token accounts, and the associated ones of launched mints), and
         *     two for every wallet whose token accounts are looked for. Histories, new mints and wallets that turn out to have moved
         *     come on top, and `calls_as_last_time` has them as they were when the newest completed operation read all parts at this
         *     depth. Limits of single methods, and an RPC that is slow, make it longer.
         */
        get: operations["estimateRefresh"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/wallets/funding/scheduled": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * List scheduled fundings
         * @description By `scheduled_for`, soonest first. Open ones unless `status` says otherwise.
         */
        get: operations["listScheduledFunding"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/wallets/funding/schedule": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Record an intended funding
         * @description Records that a wallet is meant to receive SOL. **Nothing is sent.** When somebody has paid, by any means, a
         *     refresh of the wallet finds the transfer: incoming transfers are taken by ascending slot, each completes the
         *     oldest open record that was created before it and asks for at most its amount. A wallet has at most 100 open
         *     records; one more is a 409 `open_schedules`.
         */
        post: operations["scheduleFunding"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/wallets/funding/{schedule_id}": {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /**
                 * @description The scheduled funding.
                 * @example sch_14e12c5047968242b68202b39436b005
                 */
                schedule_id: components["parameters"]["ScheduleId"];
            };
            cookie?: never;
        };
        /**
         * Get a scheduled funding
         * @description One record, in whatever state.
         */
        get: operations["getScheduledFunding"];
        /**
         * Correct a scheduled funding
         * @description Replaces what an open record says. Completed and cancelled ones are a 409. A transfer that a refresh has seen before is not
         *     looked at again: complete the record by hand if it was paid already.
         */
        put: operations["updateScheduledFunding"];
        post?: never;
        /**
         * Cancel a scheduled funding
         * @description Cancels an open record; one that is cancelled already is a 204 again. The record stays and is listed under
         *     `status=CANCELLED`. A completed one is a 409.
         */
        delete: operations["cancelScheduledFunding"];
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/wallets/funding/{schedule_id}/complete": {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /**
                 * @description The scheduled funding.
                 * @example sch_14e12c5047968242b68202b39436b005
                 */
                schedule_id: components["parameters"]["ScheduleId"];
            };
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Complete a scheduled funding by hand
         * @description Says which transaction paid an open record, where no refresh can tell: it was paid in parts, by several senders, or behind
         *     more transactions than were read. The chain is not asked. The same signature again is a 200 that changes nothing.
         */
        post: operations["completeScheduledFunding"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/wallets/launches": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * List all launches
         * @description By `launched_at`, newest first. Launches of deleted wallets are listed too.
         */
        get: operations["listLaunches"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/wallets/launches/record": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Record a launch
         * @description Records that a registered wallet launched a token, and counts it in the wallet's `launch_count` in the same
         *     commit. A pair of wallet and mint is recorded once: the same content again is a 200 that changes nothing, other
         *     content is a 409 `launch_conflict`.
         */
        post: operations["recordLaunch"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/wallets/launches/records/{launch_id}": {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /**
                 * @description The recorded launch.
                 * @example lch_cfa9d475eeeaa7f69df6de1bd5952c15
                 */
                launch_id: components["parameters"]["LaunchId"];
            };
            cookie?: never;
        };
        get?: never;
        /**
         * Correct a recorded launch
         * @description Replaces what a record says; wallet and mint name it and stay. Works for deleted wallets too.
         */
        put: operations["updateLaunch"];
        post?: never;
        /**
         * Remove a recorded launch
         * @description Removes the record, and takes it out of the wallet's `launch_count` in the same commit; the status follows.
         */
        delete: operations["deleteLaunch"];
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/wallets/launches/{wallet_address}": {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /**
                 * @description The wallet's address.
                 * @example 4xepF7h96rpVQpGkvbVSPBZigsMFs3Mszf2AbPxXodgf
                 */
                wallet_address: components["parameters"]["WalletAddress"];
            };
            cookie?: never;
        };
        /**
         * List a wallet's launches
         * @description By `launched_at`, newest first. Empty for an address that is not registered and never was; launches are kept
         *     when their wallet is deleted.
         */
        get: operations["listWalletLaunches"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/wallets/portfolio/summary": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Get totals over all wallets
         * @description Counts and sums over every registered wallet, archived ones included, from stored data. `complete`,
         *     `wallets_missing` and `oldest_as_of` say what the sums are worth.
         */
        get: operations["getPortfolioSummary"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/wallets/portfolio/tokens": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * List totals by mint
         * @description What all wallets together hold of each mint, by the number of wallets that hold it, most first, then by mint
         *     address. All pages come from one snapshot, which is rebuilt at most once a minute (a setting).
         */
        get: operations["listPortfolioTokens"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/wallets/portfolio/tokens/{mint_address}/wallets": {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /**
                 * @description The mint's address.
                 * @example 8E8tMsVMSjSiddNcUexVgkjfSSVkTcr4j9MHknEXnhvM
                 */
                mint_address: components["parameters"]["MintAddress"];
            };
            cookie?: never;
        };
        /**
         * List who holds a mint
         * @description The wallets that hold a mint, the largest amount first, then by address; empty for a mint that none holds. All pages
         *     come from one snapshot, which says how complete it is.
         */
        get: operations["listTokenHolders"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/wallets/portfolio/launches": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Get launches per day and per wallet
         * @description The launches of the last `days` UTC days, today included, and the wallets that have funds but never launched. Counted
         *     as launches are recorded, so it is always current, whatever `max_age` says.
         */
        get: operations["getLaunchAnalytics"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/wallets/portfolio/history": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Get what all wallets added up to in the past
         * @description A point says what the summary would have said at its moment: the sum of the balances last read by then, and what
         *     that is worth. One is kept when a refresh-all ends, and one when somebody asks for the summary, something has
         *     changed, and the newest is 15 minutes old or more. So a wallet that was registered or deleted shows as a step, and
         *     where nobody refreshed or looked there is no point.
         *
         *     Of a long range the answer has the points that a chart needs: of each stretch of time the first, the last, the
         *     lowest and the highest. `thinned` says so. Kept for 13 months beside the current one (a setting).
         */
        get: operations["getPortfolioHistory"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/wallets/me": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Say who is asking, and where
         * @description Who the server takes the caller for, and what a client needs to know of the server: its backend, its clock, and the
         *     numbers that its rules use. Without authentication everybody is `anonymous` and may do everything.
         */
        get: operations["getCaller"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/wallets/attention": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Say what needs somebody
         * @description What somebody should look at now, each with its count and the first ten: wallets that could not be read, by cause; overdue
         *     scheduled fundings; funded wallets that never launched; low balances (`WALLET_LOW_LAMPORTS`); the largest changes of the last
         *     refresh-all; wallets that were never read. Archived wallets are left out where they can't need anybody. Reads a bounded number
         *     of records, however many wallets there are.
         */
        get: operations["getAttention"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/wallets/tags": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * List the tags
         * @description Every tag in use, with how many wallets have it and what they hold together; by the number of wallets, most first, then by
         *     tag. Counted as wallets change, so it is always current, whatever `max_age` says.
         */
        get: operations["listTags"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/wallets/audit": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * List who changed what
         * @description The audit trail, newest first: one entry for each change, committed together with the change itself. A refresh
         *     of one wallet is in it with its outcome (`complete`, `partial` or `failed`), once for all who asked for it at
         *     the same time; a refresh-all with its start and its cancellation, not with every wallet. Entries are never
         *     changed; they are dropped when they are old enough (`WALLET_AUDIT_DAYS`, 400 days unless configured).
         *
         *     Filters can be combined. With several of `subject`, `actor` and `action` a page may be short, even empty, and still
         *     have a `next_page_token`, and `total_size` is null: a request looks at a bounded number of entries.
         */
        get: operations["listAuditEntries"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/wallets/export": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Export wallets
         * @description Every wallet that meets all filters, as the list has it, as one stream of CSV or JSON lines: by address, or with
         *     filters the newest first. It is no snapshot: a wallet that is written meanwhile is exported as it was or as it is.
         *     An answer that breaks off is not complete; a complete one ends properly. It is no backup either, since schedules,
         *     launches and the audit trail are not in it.
         *
         *     **JSON lines** lose nothing: each line is an `ExportedWallet`, with the holdings, the newest funding and the whole
         *     balance history for the asking. Each of the three costs reads of its own for every wallet.
         *
         *     **CSV** (RFC 4180, UTF-8, with a header line) is for spreadsheets: the fields of `WalletSummary` and
         *     `cache_state`, null as an empty cell, `tags` as a JSON array. A cell that a spreadsheet would take for a formula
         *     gets an apostrophe in front: one that begins with `=`, `+`, `-`, `@`, their full-width forms, a tab, a carriage
         *     return or a line feed, whatever apostrophes stand before that. The console imports it back, every text as it was;
         *     what is no metadata is left out there.
         */
        get: operations["exportWallets"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/wallets/import": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Register many wallets
         * @description Registers up to 100 wallets with their metadata; nothing is read from the chain, and nothing that exists is
         *     changed. **A dry run unless `dry_run` is false**: the answer then says what would happen.
         *
         *     Each wallet gets an outcome of its own, in the order of the request: `created`, `exists`, or `invalid` with the
         *     reasons. All that can be created are created in one commit, each with an audit entry. So that one bad cell of a
         *     spreadsheet does not spoil the rest, the text fields of an item are bounded loosely here and judged one by one by
         *     the rules of createWallet; unknown fields and wrong JSON types are still a 422 of the whole request.
         */
        post: operations["importWallets"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/wallets/{wallet_address}": {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /**
                 * @description The wallet's address.
                 * @example 4xepF7h96rpVQpGkvbVSPBZigsMFs3Mszf2AbPxXodgf
                 */
                wallet_address: components["parameters"]["WalletAddress"];
            };
            cookie?: never;
        };
        /**
         * Get a wallet with its holdings
         * @description The wallet as it is stored, with token holdings and recent funding, and how old each part is. The ETag changes
         *     whenever the body would, so `If-None-Match` saves the body and nothing else.
         */
        get: operations["getWallet"];
        /**
         * Replace a wallet's metadata
         * @description Replaces label, notes, tags and status override, and nothing else. With `If-Match` it does so only if the
         *     metadata is still at the version of that ETag; a refresh in between does no harm.
         */
        put: operations["updateWallet"];
        post?: never;
        /**
         * Delete a wallet
         * @description Removes the wallet from the register; nothing happens on the chain. Its launches are kept. A wallet with open
         *     scheduled fundings is refused, unless `force=true`, which cancels them in the same commit.
         */
        delete: operations["deleteWallet"];
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/wallets/{wallet_address}/refresh": {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /**
                 * @description The wallet's address.
                 * @example 4xepF7h96rpVQpGkvbVSPBZigsMFs3Mszf2AbPxXodgf
                 */
                wallet_address: components["parameters"]["WalletAddress"];
            };
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Read a wallet from the chain
         * @description Reads the parts asked for, stores what was read, and completes scheduled fundings that an incoming transfer
         *     covers. Parts succeed or fail alone: if at least one was read, the answer is 200 and says how each went. A
         *     failed part keeps its last good data. If every part failed, the answer is 504 when all timed out and 502
         *     otherwise, with the wallet as it is stored.
         *
         *     One refresh of a wallet runs at a time; a second caller gets the first one's answer. After a success the wallet
         *     rests for a moment (10 seconds unless configured), and a refresh in that time is a 429.
         */
        post: operations["refreshWallet"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/wallets/{wallet_address}/history": {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /**
                 * @description The wallet's address.
                 * @example 4xepF7h96rpVQpGkvbVSPBZigsMFs3Mszf2AbPxXodgf
                 */
                wallet_address: components["parameters"]["WalletAddress"];
            };
            cookie?: never;
        };
        /**
         * Get a wallet's balance history
         * @description What refreshes found changed, oldest first: an entry says what was so from `first_seen_at` to at least
         *     `confirmed_until`. Between an entry's end and the next one's beginning something happened, and nobody looked: draw
         *     a gap there, not a line. A refresh that failed, or that found nothing new, makes no entry.
         *
         *     Of a long range the answer has the entries that a chart needs: of each stretch of time the first, the last, the
         *     lowest and the highest. `thinned` says so. Kept for 13 months beside the current one (a setting).
         */
        get: operations["getWalletHistory"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/wallets/{wallet_address}/activity": {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /**
                 * @description The wallet's address.
                 * @example 4xepF7h96rpVQpGkvbVSPBZigsMFs3Mszf2AbPxXodgf
                 */
                wallet_address: components["parameters"]["WalletAddress"];
            };
            cookie?: never;
        };
        /**
         * List a wallet's transactions
         * @description The transactions in which refreshes have met the wallet, newest first, with what each changed. Their changes add up
         *     to the change of the balance wherever the list is complete: from `complete_since` on. Older ones are read by the
         *     next refreshes, at most 25 each (a setting), and kept for 13 months beside the current one (a setting).
         */
        get: operations["listWalletActivity"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/healthz": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Is the process alive
         * @description Answers as long as the process runs, whatever its stores do. Asks nobody else.
         */
        get: operations["getHealth"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/readyz": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Can the process serve requests
         * @description Answers 503 with the reason while the backend can't serve, or while the process is shutting down.
         */
        get: operations["getReadiness"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
}
export type webhooks = Record<string, never>;
export interface components {
    schemas: {
        /**
         * Format: solana-address
         * @description A Solana address: 32 bytes in base58 (the Bitcoin alphabet). The format `solana-address` means that the
         *     text decodes to exactly 32 bytes, which no pattern can say.
         *
         *     An address is public. A bare 32-byte seed looks the same and can't be told apart, so take care what you send.
         * @example 4xepF7h96rpVQpGkvbVSPBZigsMFs3Mszf2AbPxXodgf
         */
        WalletAddress: string;
        /**
         * Format: solana-signature
         * @description The signature that names a Solana transaction: 64 bytes in base58. The format `solana-signature` means that
         *     the text decodes to exactly 64 bytes.
         * @example MgNJW8ugUSephM2MLhaYK4RCBmfafoghDNrPsWmbQjqh2o2G5QXpg9yD68tDUgxjM6yW3DC17XrLJE5TRemKhHZ
         */
        TransactionSignature: string;
        /**
         * @description Names a scheduled funding.
         * @example sch_14e12c5047968242b68202b39436b005
         */
        ScheduleId: `sch_${string}`;
        /**
         * @description Names a refresh-all operation.
         * @example op_589181046e287b19c63105f6b88fba50
         */
        OperationId: `op_${string}`;
        /**
         * @description Names a recorded launch. Derived from wallet and mint, so one pair has one id, for good.
         * @example lch_cfa9d475eeeaa7f69df6de1bd5952c15
         */
        LaunchId: `lch_${string}`;
        /**
         * @description Names an entry of the audit trail.
         * @example aud_6b0e5f1f7ad04ab3a5c8f26bd1f0a7c4
         */
        AuditId: `aud_${string}`;
        /**
         * @description Who made a change: `key:` and the name of an API key, `user:` and the Firebase user's id, or `anonymous` on a
         *     server without authentication.
         * @example key:deploy-bot
         */
        AuditActor: string;
        /**
         * @description The `operationId` of the operation that made a change.
         * @example updateWallet
         */
        AuditAction: string;
        /**
         * @description What a change was about, a wallet's address or an operation's id.
         * @example 4xepF7h96rpVQpGkvbVSPBZigsMFs3Mszf2AbPxXodgf
         */
        AuditSubject: string;
        /**
         * Format: date-time
         * @description An instant in UTC with exactly three decimals, such as `2026-11-22T16:10:00.000Z`. Sorts as text.
         * @example 2026-11-22T16:10:00.000Z
         */
        Timestamp: `${number}-${number}-${number}T${number}:${number}:${number}Z`;
        /**
         * Format: date-time
         * @description An instant in UTC between the years 1970 and 2999: `Z`, no other offset, and at most three decimals of a
         *     second. Answers give it back with exactly three.
         * @example 2026-11-25T09:00:00Z
         */
        RequestTimestamp: string;
        /**
         * Format: date
         * @description A day of the UTC calendar, such as `2026-11-22`.
         * @example 2026-11-22
         */
        CalendarDay: `${number}-${number}-${number}`;
        /**
         * @description An exact amount in lamports (1 SOL = 1,000,000,000 lamports): a decimal integer as a string, because it may
         *     exceed what a JSON number holds exactly.
         * @example 3471250000
         */
        Lamports: string;
        /**
         * @description A sum of lamports over wallets, written as `Lamports` is, with room for more digits.
         * @example 4471250000
         */
        LamportsTotal: string;
        /**
         * @description A signed difference in lamports, now minus before; written as `Lamports` is.
         * @example -28750000
         */
        LamportsDelta: string;
        /**
         * @description An exact amount in SOL as a canonical decimal string: at most nine places, no exponent, no trailing zeros,
         *     no plus sign. Always equals the lamports beside it, divided by 1,000,000,000.
         * @example 3.47125
         */
        SolAmount: string;
        /**
         * @description A sum of SOL, written as `SolAmount` is, with room for more digits.
         * @example 4.47125
         */
        SolTotal: string;
        /**
         * @description A signed difference in SOL, now minus before; written as `SolAmount` is.
         * @example -0.02875
         */
        SolDelta: string;
        /**
         * @description An amount in SOL as a decimal string: more than 0, at most 1,000,000,000, with at most nine places and no
         *     exponent. Trailing zeros are allowed; answers give the canonical form back.
         * @example 1.5
         */
        RequestSolAmount: string;
        /**
         * @description A balance in SOL as a decimal string, below ten billion, with at most nine places and no exponent.
         * @example 0.25
         */
        BalanceBound: string;
        /**
         * @description An exact token amount in the mint's smallest unit (raw, before `decimals` is applied): a decimal integer as a
         *     string. One account holds at most 2^64 - 1; sums may be larger.
         * @example 1250000000000
         */
        TokenAmount: string;
        /**
         * @description A signed difference in a token's smallest unit, after minus before; written as `TokenAmount` is.
         * @example -1250000000000
         */
        TokenAmountDelta: string;
        /**
         * @description The same difference for display, divided by 10 to the power of `decimals`; written as `DecimalAmount` is.
         * @example -1250000
         */
        DecimalDelta: string;
        /**
         * @description A token amount for display: the raw amount divided by 10 to the power of `decimals`, as a canonical decimal
         *     string (no exponent, no trailing zeros).
         * @example 734.500000123
         */
        DecimalAmount: string;
        /**
         * @description A slot of the chain, its logical clock. Larger is newer, within one chain.
         * @example 382190375
         */
        Slot: number;
        /**
         * @description How many.
         * @example 2
         */
        Count: number;
        /**
         * @description How many requests, or seconds.
         * @example 201
         */
        CallCount: number;
        /**
         * @description A duration in thousandths of a second.
         * @example 3600000
         */
        Milliseconds: number;
        /**
         * Format: solana-address
         * @description The hash of a chain's first block, which names the chain; 32 bytes in base58.
         * @example 5eykt4UsFv8P8NJdTREpY1vzqKqZKvdpKuc147dw2N9d
         */
        GenesisHash: string;
        /**
         * @description A short name for people. One line, no control characters. Empty in a request, it is null afterwards.
         * @example Launch treasury
         */
        Label: string;
        /**
         * @description Free text for people. Tabs and line feeds are allowed, other control characters are not. Empty in a request, it is null afterwards.
         * @example Pays for the Q4 launches. Ask Mira before moving funds.
         */
        Notes: string;
        /**
         * @description One tag. Compared exactly, case included.
         * @example treasury
         */
        Tag: string;
        /**
         * @description A token's name as you record it. One line, no control characters.
         * @example Moon Otter
         */
        TokenName: string;
        /**
         * @description A token's ticker as you record it. One line, no control characters.
         * @example MOTR
         */
        TokenTicker: string;
        /**
         * @description A token's name as its metadata on the chain has it: **text by strangers**, never to be trusted or rendered as
         *     markup. Stored as it is, except that control characters are stripped and the length is bounded.
         * @example Paper Lantern
         */
        ChainTokenName: string;
        /**
         * @description A token's ticker as its metadata on the chain has it; the warning at `ChainTokenName` applies.
         * @example LNTRN
         */
        ChainTokenTicker: string;
        /** @description An opaque place in a list, taken from `next_page_token` of the page before. */
        PageToken: string;
        /**
         * @description `UNFUNDED`: the last balance read is below the threshold (250,000,000 lamports unless configured).
         *     `FUNDED`: it is at or above it. `LAUNCHED`: at least one launch is recorded. `ARCHIVED`: set by hand; skipped
         *     by refresh-all unless listed. An override goes before `LAUNCHED`, which goes before the balance.
         * @enum {string}
         */
        WalletStatus: "UNFUNDED" | "FUNDED" | "LAUNCHED" | "ARCHIVED";
        /**
         * @description `never`: no reading has succeeded yet. `error`: the last attempt failed, older data may be there. `stale`:
         *     read, but longer ago than the time to live (or further ahead, by a clock that was wrong). `fresh`: read within
         *     it. Overall is the worst of the parts, in this order.
         * @enum {string}
         */
        FreshnessState: "never" | "error" | "stale" | "fresh";
        /**
         * @description A part of a wallet that is read from the chain by itself, and succeeds or fails by itself.
         * @enum {string}
         */
        WalletPart: "sol_balance" | "token_holdings" | "funding_transactions";
        /**
         * @description `created_at`, `updated_at`: newest first. `last_balance`: highest first, unknown last. `label`: A to Z by code
         *     point, without a label last. Ties are broken by address (where wallets are found by `freshness`, `fresh` or
         *     `stale`, by the time of their oldest reading before that), so the order is total.
         * @enum {string}
         */
        WalletSort: "created_at" | "updated_at" | "last_balance" | "label";
        /**
         * @description `asc`: smallest, earliest, A first. `desc`: largest, latest, Z first.
         * @enum {string}
         */
        SortDirection: "asc" | "desc";
        /**
         * @description The program that owns the token accounts. `spl-token` is the classic one.
         * @enum {string}
         */
        TokenProgram: "spl-token" | "token-2022";
        /**
         * @description `SCHEDULED`: open. `COMPLETED`: a refresh found an incoming transfer that covers it. `CANCELLED`: by
         *     cancelScheduledFunding, or by deleting the wallet with `force`.
         * @enum {string}
         */
        ScheduleStatus: "SCHEDULED" | "COMPLETED" | "CANCELLED";
        /**
         * @description Which wallets to refresh. `all`: every wallet that is not archived. `stale`, `failed`, `never`: those of them
         *     whose overall state is `stale`, `error` or `never`.
         * @enum {string}
         */
        RefreshScope: "all" | "stale" | "failed" | "never";
        /**
         * @description How token holdings are read. `known`: the amounts in the token accounts that are known, and in the associated
         *     accounts of launched mints; the accounts themselves are looked for only where something points to new ones, or
         *     when it was last done too long ago. `full`: the accounts of every wallet are looked for, at two requests each.
         * @enum {string}
         */
        RefreshDepth: "known" | "full";
        /**
         * @description `complete`: every part asked for was read. `partial`: some failed.
         * @enum {string}
         */
        RefreshOutcome: "complete" | "partial";
        /**
         * @description `updated`: read, and different from before. `unchanged`: read, and equal. `superseded`: read at an older slot
         *     than the stored reading, therefore dropped. `failed`: not read; the last good data stays.
         * @enum {string}
         */
        PartOutcome: "updated" | "unchanged" | "superseded" | "failed";
        /**
         * @description `complete`: every part was read. `partial`: some failed. `failed`: all failed. `skipped`: not tried, because
         *     the wallet was deleted meanwhile.
         * @enum {string}
         */
        RefreshItemOutcome: "complete" | "partial" | "failed" | "skipped";
        /**
         * @description `changed`: something differs from the previous reading. `failed`: no part was read.
         * @enum {string}
         */
        RefreshResultFilter: "changed" | "failed";
        /**
         * @description `read`: everything that only reads. `operate`: everything.
         * @enum {string}
         */
        CallerRole: "read" | "operate";
        /**
         * @description `api_key`: a key in `X-API-Key`. `firebase`: a Firebase ID token as bearer.
         * @enum {string}
         */
        SignInMethod: "api_key" | "firebase";
        /**
         * @description Which Solana network a genesis hash belongs to; `other` is any that is not one of the public three, such as a
         *     local one.
         * @enum {string}
         */
        Cluster: "mainnet-beta" | "testnet" | "devnet" | "other";
        /**
         * @description `PENDING`: accepted. `RUNNING`: wallets are being read. `COMPLETED`: every wallet has a result. `FAILED`: the
         *     same, but not one part of any wallet could be read. `CANCELLED`: stopped on request; the results until then
         *     are kept. The last three are final.
         * @enum {string}
         */
        OperationState: "PENDING" | "RUNNING" | "COMPLETED" | "FAILED" | "CANCELLED";
        /**
         * @description `csv` for spreadsheets (`text/csv`), `jsonl` for programs (`application/x-ndjson`).
         * @enum {string}
         */
        ExportFormat: "csv" | "jsonl";
        /**
         * @description `created`: registered now (in a dry run: would be). `exists`: registered before, and left as it is. `invalid`:
         *     not registered, for the reasons in `errors`.
         * @enum {string}
         */
        ImportOutcome: "created" | "exists" | "invalid";
        /**
         * @description `changed`: written now (in a dry run: would be). `unchanged`: it is so already. `missing`: it is not registered.
         *     `invalid`: left as it is, for the reasons in `errors`.
         * @enum {string}
         */
        EditOutcome: "changed" | "unchanged" | "missing" | "invalid";
        /**
         * @description Which backend gave the answer: `mock` (a faked world) or `real`.
         * @enum {string}
         */
        BackendName: "mock" | "real";
        /**
         * @description What went wrong, for programs. The list is closed: a new code is a change of this contract.
         * @enum {string}
         */
        ProblemCode: "malformed_json" | "validation_failed" | "invalid_page_token" | "route_not_found" | "wallet_not_found" | "schedule_not_found" | "operation_not_found" | "launch_not_found" | "wallet_exists" | "unknown_wallet" | "open_schedules" | "schedule_completed" | "schedule_cancelled" | "signature_used" | "launch_conflict" | "launch_in_future" | "idempotency_key_reused" | "idempotency_key_in_use" | "refresh_all_running" | "operation_finished" | "precondition_failed" | "refresh_cooldown" | "chain_unavailable" | "chain_timeout" | "chain_rate_limited" | "chain_mismatch" | "store_unavailable" | "unauthenticated" | "forbidden" | "method_not_allowed" | "payload_too_large" | "unsupported_media_type" | "internal_error";
        /** @description What one refresh found changed. A field is null when it was not read then: unknown, not zero. */
        WalletHistoryEntry: {
            /** @description When a refresh found it. The change itself happened before, since the entry before was last confirmed. */
            first_seen_at: components["schemas"]["Timestamp"];
            /**
             * @description The last refresh that still found it so: that read the balance again, or the other parts where
             *     `balance_lamports` is null.
             */
            confirmed_until: components["schemas"]["Timestamp"];
            /** @description The slot at which it was read; null if the chain did not say. */
            slot: components["schemas"]["Slot"] | null;
            /** @description The balance from then on, in lamports; null if it was not read then. */
            balance_lamports: components["schemas"]["Lamports"] | null;
            /** @description The same in SOL. */
            balance_sol: components["schemas"]["SolAmount"] | null;
            /** @description How many mints were held now and not before; null if the holdings were not read, or not known before. */
            tokens_added: components["schemas"]["Count"] | null;
            /** @description How many mints were held before and not now; null likewise. */
            tokens_removed: components["schemas"]["Count"] | null;
            /** @description How many mints were held in another amount; null likewise. */
            tokens_changed: components["schemas"]["Count"] | null;
            /** @description The effective status then; null if nothing was known. */
            status: components["schemas"]["WalletStatus"] | null;
            /**
             * @description Signatures of the newest incoming transfers that this refresh saw for the first time, newest first. Empty where
             *     a month has no room for them (from about 2,700 changes on); the wallet's activity has them all.
             */
            new_funding: components["schemas"]["TransactionSignature"][];
            /** @description How many such transfers there were in all. */
            new_funding_count: components["schemas"]["Count"];
        };
        /** @description The changes of a wallet that refreshes have found, oldest first. */
        WalletHistory: {
            wallet_address: components["schemas"]["WalletAddress"];
            /** @description In order of `first_seen_at`; the first may have begun before the range. */
            entries: components["schemas"]["WalletHistoryEntry"][];
            /**
             * @description Since when changes are recorded and kept. What was before is not known here. Null until a refresh has found
             *     something.
             */
            recorded_since: components["schemas"]["Timestamp"] | null;
            /**
             * @description True if entries of the range were left out: for `max_points`, or because a month had more than 4,000. The
             *     lowest, the highest, the first and the last of each stretch are there.
             */
            thinned: boolean;
        };
        /** @description By how much the wallet's holding of one mint changed in a transaction. */
        TokenChange: {
            /** @description The mint's address. */
            mint_address: components["schemas"]["WalletAddress"];
            amount: components["schemas"]["TokenAmountDelta"];
            balance: components["schemas"]["DecimalDelta"];
            /** @description Decimal places of the mint. */
            decimals: number;
        };
        /**
         * @description One transaction of a wallet. The changes are net, as the chain accounts for them: fees, rents and transfers by
         *     any program included. They are null for a failed transaction, which is listed and never read, and where the node
         *     did not tell.
         */
        WalletTransaction: {
            signature: components["schemas"]["TransactionSignature"];
            slot: components["schemas"]["Slot"];
            /** @description When the cluster says the block was made; null if it does not say. */
            block_time: components["schemas"]["Timestamp"] | null;
            /** @description Whether it failed. A failed one moves nothing but its fee, if the wallet paid that. */
            failed: boolean;
            /** @description By how much it changed the wallet's balance, fee included; null if it was not read. */
            change_lamports: components["schemas"]["LamportsDelta"] | null;
            /** @description The same in SOL. */
            change_sol: components["schemas"]["SolDelta"] | null;
            /** @description What it changed of the wallet's holdings, by mint address; null if it was not read. */
            token_changes: components["schemas"]["TokenChange"][] | null;
            /** @description The fee that the wallet itself paid; "0" if somebody else did, null if it was not read. */
            fee_lamports: components["schemas"]["Lamports"] | null;
            /** @description The address that SOL came from or went to; null if there was none, or more than one, or if it was not read. */
            counterparty: components["schemas"]["WalletAddress"] | null;
        };
        /** @description A page of a wallet's transactions. */
        WalletActivityPage: {
            /** @description Newest first. */
            items: components["schemas"]["WalletTransaction"][];
            /** @description The place of the next page; null on the last page. */
            next_page_token: components["schemas"]["PageToken"] | null;
            /** @description How many transactions are kept, as of the first page. */
            total_size: components["schemas"]["Count"];
            /**
             * @description When the chain was last asked for the wallet's transactions; null if never. What happened since is not listed. A
             *     refresh asks where the balance moved, and once a day (a setting) in any case.
             */
            as_of: components["schemas"]["Timestamp"] | null;
            /**
             * @description All transactions of the wallet after this moment and up to `as_of` are listed; earlier ones may be missing.
             *     Null if none is missing, back to the very first.
             */
            complete_since: components["schemas"]["Timestamp"] | null;
        };
        /** @description What a wallet holds of one mint, over all its token accounts; a mint held at zero is not listed. */
        TokenHolding: {
            /** @description The mint's address. Names and tickers can be imitated, addresses can't. */
            mint_address: components["schemas"]["WalletAddress"];
            /** @description From the token's metadata on the chain; null if it has none or it was not readable. */
            name: components["schemas"]["ChainTokenName"] | null;
            /** @description From the token's metadata on the chain; null if it has none or it was not readable. */
            ticker: components["schemas"]["ChainTokenTicker"] | null;
            balance: components["schemas"]["DecimalAmount"];
            amount: components["schemas"]["TokenAmount"];
            /** @description By how many places `amount` is shifted to give `balance`; from the mint account. */
            decimals: number;
            token_program: components["schemas"]["TokenProgram"];
        };
        /** @description One incoming transfer of SOL, read from the chain. */
        FundingTransaction: {
            signature: components["schemas"]["TransactionSignature"];
            amount_lamports: components["schemas"]["Lamports"];
            amount_sol: components["schemas"]["SolAmount"];
            /** @description Who paid; null if the transaction does not tell a single payer. */
            sender: components["schemas"]["WalletAddress"] | null;
            slot: components["schemas"]["Slot"];
            /** @description When the cluster says the block was made; null if it does not say. */
            block_time: components["schemas"]["Timestamp"] | null;
        };
        /**
         * @description A managed wallet, whole. Metadata (`label`, `notes`, `tags`, `status_override`) comes from people; balance,
         *     holdings and funding come from the chain and are null until they were read once; the rest is derived.
         */
        WalletInfo: {
            wallet_address: components["schemas"]["WalletAddress"];
            /** @description A short name for people, or null. */
            label: components["schemas"]["Label"] | null;
            /** @description Free text for people, or null. */
            notes: components["schemas"]["Notes"] | null;
            /** @description In the order in which they were given. */
            tags: components["schemas"]["Tag"][];
            /** @description The effective status; null until something is known of the wallet. */
            status: components["schemas"]["WalletStatus"] | null;
            /** @description A status set by hand, which goes before every other; null for none. */
            status_override: components["schemas"]["WalletStatus"] | null;
            /** @description The balance at the last successful reading, in SOL; null if never read. */
            last_balance_sol: components["schemas"]["SolAmount"] | null;
            /** @description The same balance in lamports; null if never read. Zero is a balance, null is not. */
            last_balance_lamports: components["schemas"]["Lamports"] | null;
            /** @description One entry a mint, by mint address; null if never read, empty if the wallet holds none. */
            token_holdings: components["schemas"]["TokenHolding"][] | null;
            /**
             * @description The newest 20 incoming SOL transfers, newest first; null if never read. Dust (transfers below a setting,
             *     10,000 lamports) is among them only where there is room beside the others.
             */
            recent_funding: components["schemas"]["FundingTransaction"][] | null;
            /**
             * @description Block time of the very first incoming transfer; set once, never cleared. Null until it is certain: long
             *     histories are read over several refreshes, and until their beginning was seen there may be an earlier one.
             */
            first_funded_at: components["schemas"]["Timestamp"] | null;
            /** @description Block time of the newest transaction seen in the wallet's history; null if none was seen. */
            last_activity_at: components["schemas"]["Timestamp"] | null;
            /** @description How many launches are recorded for this address. */
            launch_count: components["schemas"]["Count"];
            /** @description When the wallet was registered here. */
            created_at: components["schemas"]["Timestamp"];
            /** @description The last write of any kind, by people or by a refresh. */
            updated_at: components["schemas"]["Timestamp"];
        };
        /** @description A wallet as lists show it. As `WalletInfo`, with `token_count` for the holdings and the funding. */
        WalletSummary: {
            wallet_address: components["schemas"]["WalletAddress"];
            /** @description A short name for people, or null. */
            label: components["schemas"]["Label"] | null;
            /** @description Free text for people, or null. */
            notes: components["schemas"]["Notes"] | null;
            /** @description In the order in which they were given. */
            tags: components["schemas"]["Tag"][];
            /** @description The effective status; null until something is known of the wallet. */
            status: components["schemas"]["WalletStatus"] | null;
            /** @description A status set by hand, which goes before every other; null for none. */
            status_override: components["schemas"]["WalletStatus"] | null;
            /** @description The balance at the last successful reading, in SOL; null if never read. */
            last_balance_sol: components["schemas"]["SolAmount"] | null;
            /** @description The same balance in lamports; null if never read. Zero is a balance, null is not. */
            last_balance_lamports: components["schemas"]["Lamports"] | null;
            /** @description How many mints the wallet holds; null if never read. */
            token_count: components["schemas"]["Count"] | null;
            /**
             * @description Block time of the very first incoming transfer; set once, never cleared. Null until it is certain: long
             *     histories are read over several refreshes, and until their beginning was seen there may be an earlier one.
             */
            first_funded_at: components["schemas"]["Timestamp"] | null;
            /** @description Block time of the newest transaction seen in the wallet's history; null if none was seen. */
            last_activity_at: components["schemas"]["Timestamp"] | null;
            /** @description How many launches are recorded for this address. */
            launch_count: components["schemas"]["Count"];
            /** @description When the wallet was registered here. */
            created_at: components["schemas"]["Timestamp"];
            /** @description The last write of any kind, by people or by a refresh. */
            updated_at: components["schemas"]["Timestamp"];
        };
        /** @description Why the last attempt to read a part failed. */
        CacheError: {
            code: components["schemas"]["ProblemCode"];
            /** @description A sentence fit to show. Never holds a URL or a secret. */
            message: string;
            /** @description Whether trying again later can help. */
            retryable: boolean;
        };
        /** @description How old one part of a wallet is, and how the last attempt to read it went. */
        CachePart: {
            state: components["schemas"]["FreshnessState"];
            /** @description When the stored data was read; null if never. */
            as_of: components["schemas"]["Timestamp"] | null;
            /** @description When it turns stale (`as_of` plus the time to live); null if never read. */
            stale_after: components["schemas"]["Timestamp"] | null;
            /** @description The slot at which the stored data was read; null if never read. */
            slot: components["schemas"]["Slot"] | null;
            /**
             * @description True if the reading stopped at a limit, so that more may exist on the chain, or if the chain did not tell what
             *     some of the transactions did that it lists; the next refreshes ask for both.
             */
            truncated: boolean;
            /**
             * @description Of `token_holdings`: when the wallet's token accounts were last looked for on the chain. A reading since then
             *     asked only for those that were known: `as_of` is the age of their amounts, this the age of the list. Null if
             *     never, and for the other parts.
             */
            discovered_at: components["schemas"]["Timestamp"] | null;
            /** @description When a reading was last tried, whether it worked or not; null if never. */
            last_attempt_at: components["schemas"]["Timestamp"] | null;
            /** @description Why the last attempt failed; null if it worked or there was none. */
            last_error: components["schemas"]["CacheError"] | null;
        };
        /** @description The parts by name. */
        CacheParts: {
            sol_balance: components["schemas"]["CachePart"];
            token_holdings: components["schemas"]["CachePart"];
            funding_transactions: components["schemas"]["CachePart"];
        };
        /** @description How old a wallet's chain data is. Holds instants, never an age, so that it only changes when something does. */
        CacheStatus: {
            /** @description The worst of the parts: never, then error, then stale, then fresh. */
            state: components["schemas"]["FreshnessState"];
            /**
             * @description From when on refreshWallet reads all parts again, the end of the cooldown; an instant in the past means
             *     now. Null where nothing is in the way: a part was never read, its last attempt failed, or the server has no
             *     cooldown.
             */
            next_refresh_allowed_at: components["schemas"]["Timestamp"] | null;
            parts: components["schemas"]["CacheParts"];
        };
        /** @description A wallet and how old its chain data is. */
        CachedWalletResponse: {
            wallet: components["schemas"]["WalletInfo"];
            cache: components["schemas"]["CacheStatus"];
        };
        /** @description A wallet as lists show it, and how old its chain data is. */
        CachedWalletSummary: {
            wallet: components["schemas"]["WalletSummary"];
            cache: components["schemas"]["CacheStatus"];
        };
        /** @description A page of wallets. */
        WalletPage: {
            items: components["schemas"]["CachedWalletSummary"][];
            /** @description Send it as `page_token` for the next page; null on the last. */
            next_page_token: components["schemas"]["PageToken"] | null;
            /**
             * @description How many entries the whole list had when its first page was made; null where several filters would have to
             *     be compared to know.
             */
            total_size: components["schemas"]["Count"] | null;
        };
        /** @description A wallet to register. Only the address is needed; it is not read from the chain until a refresh. */
        CreateWalletRequest: {
            wallet_address: components["schemas"]["WalletAddress"];
            /** @description A short name for people. Null or absent for none. */
            label?: components["schemas"]["Label"] | null;
            /** @description Free text for people. Null or absent for none. */
            notes?: components["schemas"]["Notes"] | null;
            /**
             * @description Tags, each once. Absent for none.
             * @default []
             */
            tags?: components["schemas"]["Tag"][];
            /** @description A status set by hand, which goes before every other. Null or absent for none. */
            status_override?: components["schemas"]["WalletStatus"] | null;
        };
        /** @description What to change on which wallets. A status override is set or cleared, not both; neither leaves it as it is. */
        EditWalletsRequest: {
            /**
             * @description Only say what would happen.
             * @default true
             */
            dry_run?: boolean;
            /** @description The wallets, each once. */
            addresses: components["schemas"]["WalletAddress"][];
            /**
             * @description Tags to add where they are missing. Absent for none.
             * @default []
             */
            add_tags?: components["schemas"]["Tag"][];
            /**
             * @description Tags to remove where they are. Absent for none.
             * @default []
             */
            remove_tags?: components["schemas"]["Tag"][];
            /** @description A status that goes before every other from now on. */
            set_status_override?: components["schemas"]["WalletStatus"];
            /** @description Whether the status override is cleared. */
            clear_status_override?: boolean;
        };
        /** @description What became of one wallet of an edit, and its metadata afterwards. */
        EditedWallet: {
            wallet_address: components["schemas"]["WalletAddress"];
            outcome: components["schemas"]["EditOutcome"];
            /** @description The tags it has then; null if it is missing. */
            tags: components["schemas"]["TagList"] | null;
            /** @description The status set by hand that it has then; null for none. */
            status_override: components["schemas"]["WalletStatus"] | null;
            /** @description Why it is `invalid`; empty otherwise. */
            errors: components["schemas"]["ProblemError"][];
        };
        /** @description A wallet's tags, each once. */
        TagList: components["schemas"]["Tag"][];
        /** @description What became of the wallets of an edit, or would. */
        EditWalletsResponse: {
            /** @description Whether nothing was written. */
            dry_run: boolean;
            /** @description How many were changed, or would be. */
            changed: components["schemas"]["Count"];
            /** @description How many are as asked for already. */
            unchanged: components["schemas"]["Count"];
            /** @description How many are not registered. */
            missing: components["schemas"]["Count"];
            /** @description How many can't be changed so. */
            invalid: components["schemas"]["Count"];
            /** @description One entry a wallet, in the order of the request. */
            items: components["schemas"]["EditedWallet"][];
        };
        /**
         * @description A wallet's metadata, whole: all four are required and replace what was there. Nothing else can be changed by
         *     people, and a refresh never changes these.
         */
        UpdateWalletRequest: {
            /** @description A short name for people; null clears it. */
            label: components["schemas"]["Label"] | null;
            /** @description Free text for people; null clears it. */
            notes: components["schemas"]["Notes"] | null;
            /** @description Tags, each once; empty clears them. */
            tags: components["schemas"]["Tag"][];
            /** @description Any of the four statuses goes before every other rule; null clears it. */
            status_override: components["schemas"]["WalletStatus"] | null;
        };
        /** @description What to read. An absent body and an empty object mean all parts. */
        RefreshWalletRequest: {
            /** @description The parts to read, each once. Absent for all three. */
            parts?: components["schemas"]["WalletPart"][];
        };
        /** @description How the reading of one part went. */
        PartResult: {
            outcome: components["schemas"]["PartOutcome"];
            /** @description Why it failed; null unless `outcome` is `failed`. */
            error: components["schemas"]["CacheError"] | null;
            /** @description The slot at which it was read; null if it failed. */
            slot: components["schemas"]["Slot"] | null;
        };
        /** @description A result for each part; null for a part that was not asked for. */
        RefreshResults: {
            sol_balance: components["schemas"]["PartResult"] | null;
            token_holdings: components["schemas"]["PartResult"] | null;
            funding_transactions: components["schemas"]["PartResult"] | null;
        };
        /**
         * @description What differs from the previous reading. Where there is no earlier reading there is nothing to compare with: the
         *     first reading of a balance has no difference, that of holdings no token added.
         */
        RefreshChanges: {
            /** @description New balance minus old; null if there is no earlier reading or none now. */
            balance_lamports: components["schemas"]["LamportsDelta"] | null;
            /** @description The same in SOL. */
            balance_sol: components["schemas"]["SolDelta"] | null;
            /** @description Mints held now and not before, by address. */
            tokens_added: components["schemas"]["WalletAddress"][];
            /** @description Mints held before and not now, by address. */
            tokens_removed: components["schemas"]["WalletAddress"][];
            /** @description Mints held before and now in another amount, by address. */
            tokens_changed: components["schemas"]["WalletAddress"][];
            /** @description Signatures of incoming transfers not seen before, newest first. */
            new_funding: components["schemas"]["TransactionSignature"][];
            /** @description Scheduled fundings that this reading completed. */
            completed_schedules: components["schemas"]["ScheduleId"][];
            /** @description The effective status before; null if nothing was known. */
            status_before: components["schemas"]["WalletStatus"] | null;
            /** @description The effective status now. */
            status_after: components["schemas"]["WalletStatus"] | null;
            /** @description True if a list was cut; results of a refresh-all hold the first 20 entries of each. */
            truncated: boolean;
        };
        /**
         * @description How many calls of each JSON-RPC method went to the chain; a method not called is absent.
         * @example {
         *       "getMultipleAccounts": 1,
         *       "getTokenAccountsByOwner": 2
         *     }
         */
        RpcCalls: {
            [key: string]: components["schemas"]["Count"];
        };
        /** @description The wallet after a refresh, and how the refresh went. */
        RefreshWalletResponse: {
            wallet: components["schemas"]["WalletInfo"];
            cache: components["schemas"]["CacheStatus"];
            outcome: components["schemas"]["RefreshOutcome"];
            results: components["schemas"]["RefreshResults"];
            changes: components["schemas"]["RefreshChanges"];
            rpc_calls: components["schemas"]["RpcCalls"];
        };
        /**
         * @description Which wallets to refresh, by `scope` or by `addresses`, not both; neither means `scope: all`. An absent body
         *     and an empty object mean all parts of all wallets that are not archived.
         */
        RefreshAllRequest: {
            scope?: components["schemas"]["RefreshScope"];
            /** @description These wallets, archived ones included. All must be registered, or the answer is 409 `unknown_wallet`. */
            addresses?: components["schemas"]["WalletAddress"][];
            /** @description The parts to read, each once. Absent for all three. */
            parts?: components["schemas"]["WalletPart"][];
            /** @default known */
            depth?: components["schemas"]["RefreshDepth"];
        };
        /**
         * @description A refresh of many wallets and how far it is. `done` counts the wallets with a result; those that are neither
         *     `complete`, `partial` nor `failed` were skipped.
         */
        RefreshOperation: {
            operation_id: components["schemas"]["OperationId"];
            state: components["schemas"]["OperationState"];
            /** @description The scope asked for; null if addresses were given. */
            scope: components["schemas"]["RefreshScope"] | null;
            /** @description The parts being read. */
            parts: components["schemas"]["WalletPart"][];
            depth: components["schemas"]["RefreshDepth"];
            /** @description Wallets to refresh. */
            total: components["schemas"]["Count"];
            /** @description Wallets with a result. */
            done: components["schemas"]["Count"];
            /** @description Wallets of which every part was read. */
            complete: components["schemas"]["Count"];
            /** @description Wallets of which some parts were read. */
            partial: components["schemas"]["Count"];
            /** @description Wallets of which no part was read. */
            failed: components["schemas"]["Count"];
            /** @description Wallets on which something changed; listRefreshResults with `only=changed` has what. */
            changed: components["schemas"]["Count"];
            rpc_calls: components["schemas"]["RpcCalls"];
            created_at: components["schemas"]["Timestamp"];
            /** @description When the first wallet was begun; null before. */
            started_at: components["schemas"]["Timestamp"] | null;
            /** @description When the state became final; null before. */
            finished_at: components["schemas"]["Timestamp"] | null;
            updated_at: components["schemas"]["Timestamp"];
        };
        /** @description How the refresh of one wallet went within a refresh-all. */
        RefreshItemResult: {
            wallet_address: components["schemas"]["WalletAddress"];
            outcome: components["schemas"]["RefreshItemOutcome"];
            results: components["schemas"]["RefreshResults"];
            /** @description What differs from the previous reading; null if nothing does. */
            changes: components["schemas"]["RefreshChanges"] | null;
            /** @description Why the wallet as a whole failed or was skipped; null otherwise. */
            error: components["schemas"]["CacheError"] | null;
            finished_at: components["schemas"]["Timestamp"];
        };
        /** @description A page of results of a refresh-all. */
        RefreshResultPage: {
            items: components["schemas"]["RefreshItemResult"][];
            /** @description Send it as `page_token` for the next page; null on the last. */
            next_page_token: components["schemas"]["PageToken"] | null;
            /** @description How many results there were when the first page was made. */
            total_size: components["schemas"]["Count"];
        };
        /** @description A page of refresh-all operations. */
        RefreshOperationPage: {
            items: components["schemas"]["RefreshOperation"][];
            /** @description Send it as `page_token` for the next page; null on the last. */
            next_page_token: components["schemas"]["PageToken"] | null;
            /** @description How many entries the whole list had when its first page was made. */
            total_size: components["schemas"]["Count"];
        };
        /** @description What a refresh-all would cost. */
        RefreshEstimate: {
            scope: components["schemas"]["RefreshScope"];
            depth: components["schemas"]["RefreshDepth"];
            /** @description Wallets that would be read; archived ones are left out. */
            wallets: components["schemas"]["Count"];
            /** @description Wallets whose token accounts would be looked for, at least. */
            discoveries: components["schemas"]["Count"];
            /** @description JSON-RPC requests for balances and holdings. */
            calls_at_least: components["schemas"]["CallCount"];
            /**
             * @description Requests if each wallet takes as many as in the newest completed operation of all parts at this depth; null if
             *     there is none.
             */
            calls_as_last_time: components["schemas"]["CallCount"] | null;
            /** @description The server's budget of JSON-RPC requests a second, all methods. */
            calls_per_second: components["schemas"]["DecimalAmount"];
            /** @description Whole seconds for `calls_at_least` under the budget. */
            seconds_at_least: components["schemas"]["CallCount"];
            /** @description Whole seconds for `calls_as_last_time` under the budget; null where that is. */
            seconds_as_last_time: components["schemas"]["CallCount"] | null;
            /** @description The operation that `calls_as_last_time` goes by; null if there is none. */
            last_operation_id: components["schemas"]["OperationId"] | null;
        };
        /**
         * @description A record of the intent to fund a wallet. Nothing here signs or sends: somebody pays by other means, and a
         *     later refresh finds the transfer and completes the record.
         */
        ScheduledFundingInfo: {
            schedule_id: components["schemas"]["ScheduleId"];
            wallet_address: components["schemas"]["WalletAddress"];
            /** @description How much is meant to arrive, in SOL. A transfer of at least this completes the record. */
            amount_sol: components["schemas"]["SolAmount"];
            /**
             * @description Who is meant to pay; then only transfers from this address count, not those of several senders at once. Null
             *     for anybody.
             */
            source_address: components["schemas"]["WalletAddress"] | null;
            /** @description When it is meant to arrive. */
            scheduled_for: components["schemas"]["Timestamp"];
            status: components["schemas"]["ScheduleStatus"];
            /** @description Derived; open, and `scheduled_for` has passed. */
            overdue: boolean;
            /** @description Free text for people, or null. */
            note: components["schemas"]["Notes"] | null;
            created_at: components["schemas"]["Timestamp"];
            updated_at: components["schemas"]["Timestamp"];
            /**
             * @description The transaction that completed it, found by a refresh or named by somebody; null otherwise. One transaction
             *     completes at most one record of a wallet.
             */
            matched_signature: components["schemas"]["TransactionSignature"] | null;
            /**
             * @description Set while the record is open and some of the wallet's transactions since its creation are unread: those
             *     before this moment. The transfer may be among them, so an overdue record may be paid already; the next
             *     refreshes read on. Null when all were read, as of the wallet's last refresh.
             */
            history_unread_before: components["schemas"]["Timestamp"] | null;
        };
        /** @description A page of scheduled fundings. */
        ScheduledFundingPage: {
            items: components["schemas"]["ScheduledFundingInfo"][];
            /** @description Send it as `page_token` for the next page; null on the last. */
            next_page_token: components["schemas"]["PageToken"] | null;
            /** @description How many entries the whole list had when its first page was made. */
            total_size: components["schemas"]["Count"];
        };
        /** @description An intent to fund a registered wallet. An instant in the past is allowed and overdue at once. */
        ScheduleFundingRequest: {
            wallet_address: components["schemas"]["WalletAddress"];
            amount_sol: components["schemas"]["RequestSolAmount"];
            scheduled_for: components["schemas"]["RequestTimestamp"];
            /** @description Who is meant to pay. Null or absent for anybody. */
            source_address?: components["schemas"]["WalletAddress"] | null;
            /** @description Free text for people. Null or absent for none. */
            note?: components["schemas"]["Notes"] | null;
        };
        /** @description What an open scheduled funding is to say; all four are required and replace what was there. */
        UpdateScheduledFundingRequest: {
            amount_sol: components["schemas"]["RequestSolAmount"];
            scheduled_for: components["schemas"]["RequestTimestamp"];
            /** @description Who is meant to pay; null for anybody. */
            source_address: components["schemas"]["WalletAddress"] | null;
            /** @description Free text for people; null clears it. */
            note: components["schemas"]["Notes"] | null;
        };
        /** @description The transaction that paid. Not checked against the chain. */
        CompleteScheduledFundingRequest: {
            signature: components["schemas"]["TransactionSignature"];
        };
        /** @description A token launch, as recorded. Kept when the wallet is deleted. */
        LaunchInfo: {
            launch_id: components["schemas"]["LaunchId"];
            /** @description The wallet that launched the token. */
            wallet_address: components["schemas"]["WalletAddress"];
            /** @description The launched token's mint. */
            mint_address: components["schemas"]["WalletAddress"];
            token_name: components["schemas"]["TokenName"];
            token_ticker: components["schemas"]["TokenTicker"];
            /** @description When the token was launched, as recorded. */
            launched_at: components["schemas"]["Timestamp"];
            /** @description The transaction that launched it, or null. */
            signature: components["schemas"]["TransactionSignature"] | null;
            /** @description When the launch was recorded here. */
            created_at: components["schemas"]["Timestamp"];
        };
        /** @description A page of launches. */
        LaunchPage: {
            items: components["schemas"]["LaunchInfo"][];
            /** @description Send it as `page_token` for the next page; null on the last. */
            next_page_token: components["schemas"]["PageToken"] | null;
            /** @description How many entries the whole list had when its first page was made. */
            total_size: components["schemas"]["Count"];
        };
        /** @description A launch to record for a registered wallet. Not checked against the chain. */
        RecordLaunchRequest: {
            /** @description The wallet that launched the token. */
            wallet_address: components["schemas"]["WalletAddress"];
            /** @description The launched token's mint. */
            mint_address: components["schemas"]["WalletAddress"];
            token_name: components["schemas"]["TokenName"];
            token_ticker: components["schemas"]["TokenTicker"];
            /** @description When the token was launched, in UTC; at most a day ahead, else the answer is 409 `launch_in_future`. */
            launched_at: components["schemas"]["RequestTimestamp"];
            /** @description The transaction that launched it. Null or absent if unknown. */
            signature?: components["schemas"]["TransactionSignature"] | null;
        };
        /** @description What a recorded launch is to say; all four are required and replace what was there. */
        UpdateLaunchRequest: {
            token_name: components["schemas"]["TokenName"];
            token_ticker: components["schemas"]["TokenTicker"];
            /** @description When the token was launched, in UTC; at most a day ahead. */
            launched_at: components["schemas"]["RequestTimestamp"];
            /** @description The transaction that launched it; null if unknown. */
            signature: components["schemas"]["TransactionSignature"] | null;
        };
        /** @description Wallets by effective status; `UNKNOWN` counts those whose status is null. */
        WalletsByStatus: {
            UNFUNDED: components["schemas"]["Count"];
            FUNDED: components["schemas"]["Count"];
            LAUNCHED: components["schemas"]["Count"];
            ARCHIVED: components["schemas"]["Count"];
            UNKNOWN: components["schemas"]["Count"];
        };
        /** @description Sums of the last known balances in SOL by effective status; `UNKNOWN` is that of wallets whose status is null. */
        BalanceByStatus: {
            UNFUNDED: components["schemas"]["SolTotal"];
            FUNDED: components["schemas"]["SolTotal"];
            LAUNCHED: components["schemas"]["SolTotal"];
            ARCHIVED: components["schemas"]["SolTotal"];
            UNKNOWN: components["schemas"]["SolTotal"];
        };
        /** @description Wallets by overall state of their chain data. */
        WalletsByFreshness: {
            never: components["schemas"]["Count"];
            error: components["schemas"]["Count"];
            stale: components["schemas"]["Count"];
            fresh: components["schemas"]["Count"];
        };
        /** @description Totals over all wallets, from stored data; says how complete it is. */
        PortfolioSummary: {
            total_wallets: components["schemas"]["Count"];
            wallets_by_status: components["schemas"]["WalletsByStatus"];
            wallets_by_freshness: components["schemas"]["WalletsByFreshness"];
            /** @description Sum of the last known balances, in lamports; wallets never read add nothing. */
            total_balance_lamports: components["schemas"]["LamportsTotal"];
            /** @description The same in SOL. */
            total_balance_sol: components["schemas"]["SolTotal"];
            /** @description The same by status; null while the wallets are counted for it the first time, after an upgrade. */
            balance_sol_by_status: components["schemas"]["BalanceByStatus"] | null;
            /** @description Scheduled fundings that are open. */
            open_schedules: components["schemas"]["Count"];
            /** @description Sum of the open scheduled fundings, in SOL. */
            scheduled_sol: components["schemas"]["SolTotal"];
            /** @description All launches recorded, those of deleted wallets included. */
            total_launches: components["schemas"]["Count"];
            /** @description True if no wallet is missing from the totals. */
            complete: boolean;
            /** @description Wallets whose balance was never read, archived ones aside. */
            wallets_missing: components["schemas"]["Count"];
            /** @description The oldest reading that went into the totals; null if none did. */
            oldest_as_of: components["schemas"]["Timestamp"] | null;
            computed_at: components["schemas"]["Timestamp"];
        };
        /** @description What all wallets added up to at one moment. */
        PortfolioHistoryPoint: {
            at: components["schemas"]["Timestamp"];
            /** @description Sum of the balances last read by then, in lamports; wallets never read add nothing. */
            total_balance_lamports: components["schemas"]["LamportsTotal"];
            /** @description The same in SOL. */
            total_balance_sol: components["schemas"]["SolTotal"];
            /** @description Wallets that were registered, archived ones included. */
            wallets: components["schemas"]["Count"];
            /** @description Those of them whose balance was never read, archived ones aside. */
            wallets_missing: components["schemas"]["Count"];
            wallets_by_freshness: components["schemas"]["WalletsByFreshness"];
            /** @description The oldest reading in the sum; null if there is none. */
            oldest_as_of: components["schemas"]["Timestamp"] | null;
        };
        /** @description What all wallets added up to, oldest point first. */
        PortfolioHistory: {
            /** @description In order of `at`. */
            points: components["schemas"]["PortfolioHistoryPoint"][];
            /** @description The first point that is kept; null while there is none. */
            recorded_since: components["schemas"]["Timestamp"] | null;
            /**
             * @description True if points of the range were left out: for `max_points`, or because a month had more than 4,000. The
             *     lowest, the highest, the first and the last of each stretch are there.
             */
            thinned: boolean;
        };
        /** @description What all wallets together hold of one mint. */
        PortfolioToken: {
            mint_address: components["schemas"]["WalletAddress"];
            /** @description From the token's metadata on the chain; null if it has none or it was not readable. */
            name: components["schemas"]["ChainTokenName"] | null;
            /** @description From the token's metadata on the chain; null if it has none or it was not readable. */
            ticker: components["schemas"]["ChainTokenTicker"] | null;
            /** @description By how many places `amount` is shifted to give `balance`; from the mint account. */
            decimals: number;
            token_program: components["schemas"]["TokenProgram"];
            amount: components["schemas"]["TokenAmount"];
            balance: components["schemas"]["DecimalAmount"];
            /** @description How many wallets hold it. */
            wallets_holding: components["schemas"]["Count"];
        };
        /** @description A page of token totals, all pages from one snapshot; says how complete it is. */
        PortfolioTokenPage: {
            items: components["schemas"]["PortfolioToken"][];
            /** @description Send it as `page_token` for the next page; null on the last. */
            next_page_token: components["schemas"]["PageToken"] | null;
            /** @description How many mints the snapshot has. */
            total_size: components["schemas"]["Count"];
            /** @description True if no wallet is missing from the totals. */
            complete: boolean;
            /** @description Wallets whose holdings were never read. */
            wallets_missing: components["schemas"]["Count"];
            /** @description The oldest reading that went into the totals; null if none did. */
            oldest_as_of: components["schemas"]["Timestamp"] | null;
            /** @description When the snapshot was made. */
            computed_at: components["schemas"]["Timestamp"];
        };
        /** @description A wallet that holds a mint. */
        TokenHolder: {
            wallet_address: components["schemas"]["WalletAddress"];
            /** @description The wallet's label; null if it has none or was deleted. */
            label: components["schemas"]["Label"] | null;
            amount: components["schemas"]["TokenAmount"];
            balance: components["schemas"]["DecimalAmount"];
        };
        /** @description A page of a mint's holders; says how complete it is. */
        TokenHolderPage: {
            items: components["schemas"]["TokenHolder"][];
            /** @description Send it as `page_token` for the next page; null on the last. */
            next_page_token: components["schemas"]["PageToken"] | null;
            /** @description How many entries the snapshot has. */
            total_size: components["schemas"]["Count"];
            /** @description True if no wallet is missing. */
            complete: boolean;
            /** @description Wallets whose holdings were never read, archived ones aside. */
            wallets_missing: components["schemas"]["Count"];
            /** @description The oldest reading that was used; null if none was. */
            oldest_as_of: components["schemas"]["Timestamp"] | null;
            /** @description When the snapshot was made. */
            computed_at: components["schemas"]["Timestamp"];
        };
        /** @description A tag in use. */
        TagTotal: {
            tag: components["schemas"]["Tag"];
            /** @description Wallets that have it. */
            wallets: components["schemas"]["Count"];
            total_balance_lamports: components["schemas"]["LamportsTotal"];
            total_balance_sol: components["schemas"]["SolTotal"];
            /** @description Wallets among them whose balance was never read. */
            wallets_missing: components["schemas"]["Count"];
        };
        /** @description A page of tags. */
        TagPage: {
            items: components["schemas"]["TagTotal"][];
            /** @description Send it as `page_token` for the next page; null on the last. */
            next_page_token: components["schemas"]["PageToken"] | null;
            /** @description How many entries the snapshot has. */
            total_size: components["schemas"]["Count"];
            /** @description When the snapshot was made. */
            computed_at: components["schemas"]["Timestamp"];
        };
        /** @description The launches of one day. */
        LaunchDay: {
            day: components["schemas"]["CalendarDay"];
            launches: components["schemas"]["Count"];
        };
        /** @description The launches of one wallet within the window. */
        WalletLaunches: {
            wallet_address: components["schemas"]["WalletAddress"];
            /** @description The wallet's label; null if it has none or was deleted. */
            label: components["schemas"]["Label"] | null;
            launches: components["schemas"]["Count"];
            last_launched_at: components["schemas"]["Timestamp"];
        };
        /** @description Wallets of status `FUNDED` without a launch; archived ones are not among them. */
        FundedNeverLaunched: {
            total: components["schemas"]["Count"];
            /** @description The first ten of them, by address; listWallets with `status=FUNDED` lists them all. */
            wallets: components["schemas"]["WalletAddress"][];
        };
        /** @description The launches of the last days, from stored data; says how complete it is. */
        LaunchAnalytics: {
            /** @description Launches within the window; the sum over `by_day`, and over `by_wallet`. */
            total_launches: components["schemas"]["Count"];
            /** @description One entry for every UTC day of the window, oldest first, days without a launch included. */
            by_day: components["schemas"]["LaunchDay"][];
            /** @description One entry for every wallet with a launch in the window, most launches first, then by address. */
            by_wallet: components["schemas"]["WalletLaunches"][];
            funded_never_launched: components["schemas"]["FundedNeverLaunched"];
            /** @description True if every wallet's balance is known, so that no funded wallet can be missing. */
            complete: boolean;
            /** @description Wallets whose balance was never read, archived ones aside. */
            wallets_missing: components["schemas"]["Count"];
            /** @description The oldest balance reading that was used; null if none was. */
            oldest_as_of: components["schemas"]["Timestamp"] | null;
            computed_at: components["schemas"]["Timestamp"];
        };
        /** @description Who is asking, and what a client needs to know of the server. */
        CallerInfo: {
            /** @description As the audit trail names it. */
            actor: string;
            role: components["schemas"]["CallerRole"];
            /** @description The credentials that the server accepts; none on a server without authentication. */
            sign_in: components["schemas"]["SignInMethod"][];
            /** @description What answers the groups that are not in `mocked_groups`. */
            backend: components["schemas"]["BackendName"];
            /** @description Groups (tags) that a real server leaves to the mock. Empty in mock mode, where all are. */
            mocked_groups: string[];
            /** @description The clock by which freshness and what is overdue are judged; in mock mode the world's. */
            now: components["schemas"]["Timestamp"];
            /** @description How long a reading is fresh. */
            cache_ttl_ms: components["schemas"]["Milliseconds"];
            /** @description How long a wallet rests after a successful refresh; 0 for not at all. */
            refresh_cooldown_ms: components["schemas"]["Milliseconds"];
            /** @description From this balance on a wallet is `FUNDED`. */
            funded_lamports: components["schemas"]["Lamports"];
            /** @description Below this balance getAttention names a wallet. */
            low_lamports: components["schemas"]["Lamports"];
            /** @description The chain that the stored readings come from; null before the first refresh. */
            genesis_hash: components["schemas"]["GenesisHash"] | null;
            /** @description The network of that chain; null before the first refresh. */
            cluster: components["schemas"]["Cluster"] | null;
        };
        /** @description A wallet to look at. */
        AttentionWallet: {
            wallet_address: components["schemas"]["WalletAddress"];
            /** @description A short name for people; null for none. */
            label: components["schemas"]["Label"] | null;
            /** @description The effective status; null if nothing is known. */
            status: components["schemas"]["WalletStatus"] | null;
            /** @description The last balance read; null if there is none. */
            last_balance_sol: components["schemas"]["SolAmount"] | null;
        };
        /** @description Wallets of one kind. */
        WalletsToLookAt: {
            total: components["schemas"]["Count"];
            /** @description The first ten. */
            wallets: components["schemas"]["AttentionWallet"][];
        };
        /** @description Why wallets could not be read. */
        FailingCause: {
            code: components["schemas"]["ProblemCode"];
            wallets: components["schemas"]["Count"];
        };
        /** @description Wallets of which the last attempt to read some part failed; archived ones aside. */
        FailingWallets: {
            /** @description How many by the cause of the first part that failed, most first; causes without a wallet are left out. */
            by_cause: components["schemas"]["FailingCause"][];
            total: components["schemas"]["Count"];
            /** @description The first ten. */
            wallets: components["schemas"]["AttentionWallet"][];
        };
        /** @description Open scheduled fundings past their time, the oldest first. */
        OverdueSchedules: {
            total: components["schemas"]["Count"];
            /** @description The first ten. */
            schedules: components["schemas"]["ScheduledFundingInfo"][];
        };
        /** @description Wallets whose last balance is below a threshold, the lowest first; archived ones aside. */
        LowBalances: {
            /** @description The threshold (`WALLET_LOW_LAMPORTS`). */
            below_lamports: components["schemas"]["Lamports"];
            total: components["schemas"]["Count"];
            /** @description The first ten. */
            wallets: components["schemas"]["AttentionWallet"][];
        };
        /** @description By how much a balance changed. */
        BalanceChange: {
            wallet_address: components["schemas"]["WalletAddress"];
            balance_lamports: components["schemas"]["LamportsDelta"];
            balance_sol: components["schemas"]["SolDelta"];
        };
        /** @description The largest changes of a balance in the newest refresh-all that has ended. */
        LargestChanges: {
            /** @description The operation; null if there is none. */
            operation_id: components["schemas"]["OperationId"] | null;
            /** @description False if the operation has more results than were looked at (the first two thousand). */
            complete: boolean;
            /** @description The ten largest, whichever way. */
            items: components["schemas"]["BalanceChange"][];
        };
        /** @description What needs somebody now. */
        Attention: {
            failing: components["schemas"]["FailingWallets"];
            overdue_schedules: components["schemas"]["OverdueSchedules"];
            funded_never_launched: components["schemas"]["WalletsToLookAt"];
            low_balance: components["schemas"]["LowBalances"];
            largest_changes: components["schemas"]["LargestChanges"];
            never_read: components["schemas"]["WalletsToLookAt"];
            computed_at: components["schemas"]["Timestamp"];
        };
        /** @description What else belongs to a change, such as the id of the schedule or launch that it made. */
        AuditDetail: {
            [key: string]: string;
        };
        /** @description One change, and who made it. */
        AuditEntry: {
            audit_id: components["schemas"]["AuditId"];
            /** @description When it was made. */
            at: components["schemas"]["Timestamp"];
            actor: components["schemas"]["AuditActor"];
            /** @description The `X-Request-Id` of the request that made it; null where no request did. */
            request_id: string | null;
            action: components["schemas"]["AuditAction"];
            subject: components["schemas"]["AuditSubject"];
            detail: components["schemas"]["AuditDetail"];
            /** @description The fields that it changed as they were, long texts shortened; null where nothing was there. */
            before: components["schemas"]["AuditDetail"] | null;
            /** @description The same fields as they are since; null where nothing is left, or nothing of this kind changed. */
            after: components["schemas"]["AuditDetail"] | null;
            /** @description The scheduled fundings that it cancelled, as deleting a wallet with `force` does. */
            related: components["schemas"]["ScheduleId"][];
        };
        /** @description A page of the audit trail. */
        AuditPage: {
            items: components["schemas"]["AuditEntry"][];
            /** @description Send it as `page_token` for the next page; null on the last. */
            next_page_token: components["schemas"]["PageToken"] | null;
            /**
             * @description How many entries the whole list had when its first page was made; null where several filters would have to
             *     be compared to know.
             */
            total_size: components["schemas"]["Count"] | null;
        };
        /** @description A line of an export. The last three are there if they were asked for, and null while they are not known. */
        ExportedWallet: {
            wallet: components["schemas"]["WalletSummary"];
            cache: components["schemas"]["CacheStatus"];
            /** @description As in `WalletInfo`. */
            token_holdings?: components["schemas"]["TokenHolding"][] | null;
            /** @description As in `WalletInfo`. */
            recent_funding?: components["schemas"]["FundingTransaction"][] | null;
            /** @description All changes that are kept, oldest first; empty before the first refresh. */
            history?: components["schemas"]["WalletHistoryEntry"][];
        };
        /**
         * @description A wallet to register, as a CreateWalletRequest is. The limits here are wider than there; what is beyond the
         *     limits of createWallet makes this one item `invalid`.
         */
        ImportWallet: {
            /**
             * @description The address.
             * @example ATAaECr4xmZa2gXME6FR9WJMowywrdk3Zt49GiPqdKn
             */
            wallet_address: string;
            /** @description A short name for people. Null or absent for none. */
            label?: string | null;
            /** @description Free text for people. Null or absent for none. */
            notes?: string | null;
            /**
             * @description Tags, each once. Absent for none.
             * @default []
             */
            tags?: string[];
            /** @description A status set by hand. Null or absent for none. */
            status_override?: string | null;
        };
        /** @description Wallets to register, at most 100 and within 4 MiB, which 100 wallets with all that createWallet allows keep to. */
        ImportWalletsRequest: {
            /**
             * @description Only say what would happen.
             * @default true
             */
            dry_run?: boolean;
            wallets: components["schemas"]["ImportWallet"][];
        };
        /** @description What became of one wallet of an import. */
        ImportedWallet: {
            /** @description The address, as it was sent. */
            wallet_address: string;
            outcome: components["schemas"]["ImportOutcome"];
            /** @description Why it is `invalid`; empty otherwise. */
            errors: components["schemas"]["ProblemError"][];
        };
        /** @description What became of the wallets of an import, or would. */
        ImportWalletsResponse: {
            /** @description Whether nothing was written. */
            dry_run: boolean;
            /** @description How many were registered, or would be. */
            created: components["schemas"]["Count"];
            /** @description How many existed already. */
            exists: components["schemas"]["Count"];
            /** @description How many can't be registered. */
            invalid: components["schemas"]["Count"];
            /** @description One entry a wallet, in the order of the request. */
            items: components["schemas"]["ImportedWallet"][];
        };
        /**
         * @description Which rule was broken, for programs and translations; `expected` says it in words. `required`: it is missing.
         *     `unknown`: there is no such field or parameter. `type`: another JSON type. `pattern`: not of the form. `choice`:
         *     none of the values. `too_short`, `too_long`: a text. `too_small`, `too_large`: a number. `too_few`, `too_many`:
         *     how many there are. `unique`: more than once. `exclusive`: not beside another. `mismatch`: it does not go with
         *     the rest. `unregistered`: no such wallet is registered. `not_allowed`: nothing may be there. `secret`: it looks
         *     like a private key or a seed phrase. `malformed`: it can't be read. `media_type`: not JSON, or encoded.
         * @enum {string}
         */
        ProblemRule: "required" | "unknown" | "type" | "pattern" | "choice" | "too_short" | "too_long" | "too_small" | "too_large" | "too_few" | "too_many" | "unique" | "exclusive" | "mismatch" | "unregistered" | "not_allowed" | "secret" | "malformed" | "media_type";
        /** @description One thing that is wrong with a request; in mock mode also what is wrong with an answer of the server. */
        ProblemError: {
            /**
             * @description A JSON Pointer into the request seen as `{path, query, header, body}`, such as `/body/amount_sol` or
             *     `/query/page_size`. In mock mode also into an answer that breaks the contract, such as
             *     `/response/body/items/0/wallet`.
             */
            where: string;
            rule: components["schemas"]["ProblemRule"];
            /** @description What the contract allows there, in words. */
            expected: string;
            /** @description What came, shortened; null if nothing did or it must not be repeated (a secret). */
            got: string | null;
        };
        /** @description A problem as of RFC 9457. Every answer of 400 and above is one. */
        Problem: {
            /** @description Names the kind of problem; `urn:problem-type:` and the code. */
            type: string;
            /** @description A sentence fit to show; the same for every problem of this code. */
            title: string;
            /** @description The HTTP status, repeated. */
            status: number;
            /** @description What happened this time. Never holds a secret, nor more of the request than is needed. */
            detail: string;
            code: components["schemas"]["ProblemCode"];
            /** @description The value of `X-Request-Id`, for a bug report. */
            request_id: string;
            /** @description Whether the same request can work later, unchanged. */
            retryable: boolean;
            /** @description What is wrong, one entry each, where the request is at fault; otherwise empty. */
            errors: components["schemas"]["ProblemError"][];
            /** @description The wallet as it is stored, where a refresh failed. */
            cached_wallet?: components["schemas"]["CachedWalletResponse"];
            /** @description The operation that is in the way. */
            operation_id?: components["schemas"]["OperationId"];
            /** @description When the wallet's cooldown ends. */
            next_refresh_allowed_at?: components["schemas"]["Timestamp"];
        };
        /** @description The process is alive. */
        HealthStatus: {
            /** @enum {string} */
            status: "ok";
        };
        /** @description The process can serve requests. */
        ReadinessStatus: {
            /** @enum {string} */
            status: "ready";
            backend: components["schemas"]["BackendName"];
        };
    };
    responses: {
        /** @description You have it already, by your `If-None-Match`. */
        NotModified: {
            headers: {
                "X-Request-Id": components["headers"]["X-Request-Id"];
                "X-Backend": components["headers"]["X-Backend"];
                "Cache-Control": components["headers"]["Cache-Control"];
                ETag: components["headers"]["ContentETag"];
                [name: string]: unknown;
            };
            content?: never;
        };
        /** @description The body is not JSON. */
        MalformedJson: {
            headers: {
                "X-Request-Id": components["headers"]["X-Request-Id"];
                "X-Backend": components["headers"]["X-Backend"];
                [name: string]: unknown;
            };
            content: {
                "application/problem+json": components["schemas"]["Problem"] & {
                    /** @enum {integer} */
                    status?: 400;
                    /** @enum {unknown} */
                    code?: "malformed_json";
                };
            };
        };
        /** @description The page token is not one of this list, or was made with other parameters. */
        InvalidPageToken: {
            headers: {
                "X-Request-Id": components["headers"]["X-Request-Id"];
                "X-Backend": components["headers"]["X-Backend"];
                [name: string]: unknown;
            };
            content: {
                "application/problem+json": components["schemas"]["Problem"] & {
                    /** @enum {integer} */
                    status?: 400;
                    /** @enum {unknown} */
                    code?: "invalid_page_token";
                };
            };
        };
        /** @description Credentials are needed, or those sent are not valid. */
        Unauthenticated: {
            headers: {
                "X-Request-Id": components["headers"]["X-Request-Id"];
                "X-Backend": components["headers"]["X-Backend"];
                "WWW-Authenticate": components["headers"]["WWW-Authenticate"];
                [name: string]: unknown;
            };
            content: {
                "application/problem+json": components["schemas"]["Problem"] & {
                    /** @enum {integer} */
                    status?: 401;
                    /** @enum {unknown} */
                    code?: "unauthenticated";
                };
            };
        };
        /** @description The credentials are valid, but do not allow this. */
        Forbidden: {
            headers: {
                "X-Request-Id": components["headers"]["X-Request-Id"];
                "X-Backend": components["headers"]["X-Backend"];
                [name: string]: unknown;
            };
            content: {
                "application/problem+json": components["schemas"]["Problem"] & {
                    /** @enum {integer} */
                    status?: 403;
                    /** @enum {unknown} */
                    code?: "forbidden";
                };
            };
        };
        /** @description The wallet is not registered. */
        WalletNotFound: {
            headers: {
                "X-Request-Id": components["headers"]["X-Request-Id"];
                "X-Backend": components["headers"]["X-Backend"];
                [name: string]: unknown;
            };
            content: {
                "application/problem+json": components["schemas"]["Problem"] & {
                    /** @enum {integer} */
                    status?: 404;
                    /** @enum {unknown} */
                    code?: "wallet_not_found";
                };
            };
        };
        /** @description There is no such scheduled funding. */
        ScheduleNotFound: {
            headers: {
                "X-Request-Id": components["headers"]["X-Request-Id"];
                "X-Backend": components["headers"]["X-Backend"];
                [name: string]: unknown;
            };
            content: {
                "application/problem+json": components["schemas"]["Problem"] & {
                    /** @enum {integer} */
                    status?: 404;
                    /** @enum {unknown} */
                    code?: "schedule_not_found";
                };
            };
        };
        /** @description There is no such refresh operation. */
        OperationNotFound: {
            headers: {
                "X-Request-Id": components["headers"]["X-Request-Id"];
                "X-Backend": components["headers"]["X-Backend"];
                [name: string]: unknown;
            };
            content: {
                "application/problem+json": components["schemas"]["Problem"] & {
                    /** @enum {integer} */
                    status?: 404;
                    /** @enum {unknown} */
                    code?: "operation_not_found";
                };
            };
        };
        /** @description The wallet exists, or the idempotency key is taken. */
        CreateWalletConflict: {
            headers: {
                "X-Request-Id": components["headers"]["X-Request-Id"];
                "X-Backend": components["headers"]["X-Backend"];
                [name: string]: unknown;
            };
            content: {
                "application/problem+json": components["schemas"]["Problem"] & {
                    /** @enum {integer} */
                    status?: 409;
                    /** @enum {unknown} */
                    code?: "wallet_exists" | "idempotency_key_reused" | "idempotency_key_in_use";
                };
            };
        };
        /** @description The idempotency key is taken. */
        IdempotencyConflict: {
            headers: {
                "X-Request-Id": components["headers"]["X-Request-Id"];
                "X-Backend": components["headers"]["X-Backend"];
                [name: string]: unknown;
            };
            content: {
                "application/problem+json": components["schemas"]["Problem"] & {
                    /** @enum {integer} */
                    status?: 409;
                    /** @enum {unknown} */
                    code?: "idempotency_key_reused" | "idempotency_key_in_use";
                };
            };
        };
        /** @description The wallet has open scheduled fundings. */
        OpenSchedules: {
            headers: {
                "X-Request-Id": components["headers"]["X-Request-Id"];
                "X-Backend": components["headers"]["X-Backend"];
                [name: string]: unknown;
            };
            content: {
                "application/problem+json": components["schemas"]["Problem"] & {
                    /** @enum {integer} */
                    status?: 409;
                    /** @enum {unknown} */
                    code?: "open_schedules";
                };
            };
        };
        /** @description The wallet is not registered or has 100 open records, or the idempotency key is taken. */
        ScheduleFundingConflict: {
            headers: {
                "X-Request-Id": components["headers"]["X-Request-Id"];
                "X-Backend": components["headers"]["X-Backend"];
                [name: string]: unknown;
            };
            content: {
                "application/problem+json": components["schemas"]["Problem"] & {
                    /** @enum {integer} */
                    status?: 409;
                    /** @enum {unknown} */
                    code?: "unknown_wallet" | "open_schedules" | "idempotency_key_reused" | "idempotency_key_in_use";
                };
            };
        };
        /** @description The scheduled funding is completed and can not be cancelled. */
        ScheduleCompleted: {
            headers: {
                "X-Request-Id": components["headers"]["X-Request-Id"];
                "X-Backend": components["headers"]["X-Backend"];
                [name: string]: unknown;
            };
            content: {
                "application/problem+json": components["schemas"]["Problem"] & {
                    /** @enum {integer} */
                    status?: 409;
                    /** @enum {unknown} */
                    code?: "schedule_completed";
                };
            };
        };
        /** @description The scheduled funding is not open any more. */
        ScheduleNotOpen: {
            headers: {
                "X-Request-Id": components["headers"]["X-Request-Id"];
                "X-Backend": components["headers"]["X-Backend"];
                [name: string]: unknown;
            };
            content: {
                "application/problem+json": components["schemas"]["Problem"] & {
                    /** @enum {integer} */
                    status?: 409;
                    /** @enum {unknown} */
                    code?: "schedule_completed" | "schedule_cancelled";
                };
            };
        };
        /** @description The scheduled funding is not open, the transaction counted already, or the idempotency key is taken. */
        CompleteFundingConflict: {
            headers: {
                "X-Request-Id": components["headers"]["X-Request-Id"];
                "X-Backend": components["headers"]["X-Backend"];
                [name: string]: unknown;
            };
            content: {
                "application/problem+json": components["schemas"]["Problem"] & {
                    /** @enum {integer} */
                    status?: 409;
                    /** @enum {unknown} */
                    code?: "schedule_completed" | "schedule_cancelled" | "signature_used" | "idempotency_key_reused" | "idempotency_key_in_use";
                };
            };
        };
        /** @description There is no launch with this id. */
        LaunchNotFound: {
            headers: {
                "X-Request-Id": components["headers"]["X-Request-Id"];
                "X-Backend": components["headers"]["X-Backend"];
                [name: string]: unknown;
            };
            content: {
                "application/problem+json": components["schemas"]["Problem"] & {
                    /** @enum {integer} */
                    status?: 404;
                    /** @enum {unknown} */
                    code?: "launch_not_found";
                };
            };
        };
        /** @description The launch lies more than a day in the future. */
        LaunchInFuture: {
            headers: {
                "X-Request-Id": components["headers"]["X-Request-Id"];
                "X-Backend": components["headers"]["X-Backend"];
                [name: string]: unknown;
            };
            content: {
                "application/problem+json": components["schemas"]["Problem"] & {
                    /** @enum {integer} */
                    status?: 409;
                    /** @enum {unknown} */
                    code?: "launch_in_future";
                };
            };
        };
        /**
         * @description The wallet is not registered, the launch is recorded otherwise or lies in the future, or the idempotency key is
         *     taken.
         */
        RecordLaunchConflict: {
            headers: {
                "X-Request-Id": components["headers"]["X-Request-Id"];
                "X-Backend": components["headers"]["X-Backend"];
                [name: string]: unknown;
            };
            content: {
                "application/problem+json": components["schemas"]["Problem"] & {
                    /** @enum {integer} */
                    status?: 409;
                    /** @enum {unknown} */
                    code?: "unknown_wallet" | "launch_conflict" | "launch_in_future" | "idempotency_key_reused" | "idempotency_key_in_use";
                };
            };
        };
        /** @description Another refresh-all runs, an address is not registered, or the idempotency key is taken. */
        RefreshAllConflict: {
            headers: {
                "X-Request-Id": components["headers"]["X-Request-Id"];
                "X-Backend": components["headers"]["X-Backend"];
                [name: string]: unknown;
            };
            content: {
                "application/problem+json": components["schemas"]["Problem"] & {
                    /** @enum {integer} */
                    status?: 409;
                    /** @enum {unknown} */
                    code?: "refresh_all_running" | "unknown_wallet" | "idempotency_key_reused" | "idempotency_key_in_use";
                };
            };
        };
        /** @description The operation has finished, or the idempotency key is taken. */
        CancelConflict: {
            headers: {
                "X-Request-Id": components["headers"]["X-Request-Id"];
                "X-Backend": components["headers"]["X-Backend"];
                [name: string]: unknown;
            };
            content: {
                "application/problem+json": components["schemas"]["Problem"] & {
                    /** @enum {integer} */
                    status?: 409;
                    /** @enum {unknown} */
                    code?: "operation_finished" | "idempotency_key_reused" | "idempotency_key_in_use";
                };
            };
        };
        /** @description The metadata is not at the version that `If-Match` names. */
        PreconditionFailed: {
            headers: {
                "X-Request-Id": components["headers"]["X-Request-Id"];
                "X-Backend": components["headers"]["X-Backend"];
                [name: string]: unknown;
            };
            content: {
                "application/problem+json": components["schemas"]["Problem"] & {
                    /** @enum {integer} */
                    status?: 412;
                    /** @enum {unknown} */
                    code?: "precondition_failed";
                };
            };
        };
        /** @description The body is larger than the server takes. */
        PayloadTooLarge: {
            headers: {
                "X-Request-Id": components["headers"]["X-Request-Id"];
                "X-Backend": components["headers"]["X-Backend"];
                [name: string]: unknown;
            };
            content: {
                "application/problem+json": components["schemas"]["Problem"] & {
                    /** @enum {integer} */
                    status?: 413;
                    /** @enum {unknown} */
                    code?: "payload_too_large";
                };
            };
        };
        /** @description The body is not `application/json`. */
        UnsupportedMediaType: {
            headers: {
                "X-Request-Id": components["headers"]["X-Request-Id"];
                "X-Backend": components["headers"]["X-Backend"];
                [name: string]: unknown;
            };
            content: {
                "application/problem+json": components["schemas"]["Problem"] & {
                    /** @enum {integer} */
                    status?: 415;
                    /** @enum {unknown} */
                    code?: "unsupported_media_type";
                };
            };
        };
        /** @description The request does not fit the contract. `errors` says where. */
        ValidationFailed: {
            headers: {
                "X-Request-Id": components["headers"]["X-Request-Id"];
                "X-Backend": components["headers"]["X-Backend"];
                [name: string]: unknown;
            };
            content: {
                "application/problem+json": components["schemas"]["Problem"] & {
                    /** @enum {integer} */
                    status?: 422;
                    /** @enum {unknown} */
                    code?: "validation_failed";
                };
            };
        };
        /** @description The wallet was refreshed a moment ago. */
        RefreshCooldown: {
            headers: {
                "X-Request-Id": components["headers"]["X-Request-Id"];
                "X-Backend": components["headers"]["X-Backend"];
                "Retry-After": components["headers"]["Retry-After"];
                [name: string]: unknown;
            };
            content: {
                "application/problem+json": components["schemas"]["Problem"] & {
                    /** @enum {integer} */
                    status?: 429;
                    /** @enum {unknown} */
                    code?: "refresh_cooldown";
                };
            };
        };
        /** @description A defect of the server. Please report it with the request id. */
        InternalError: {
            headers: {
                "X-Request-Id": components["headers"]["X-Request-Id"];
                "X-Backend": components["headers"]["X-Backend"];
                [name: string]: unknown;
            };
            content: {
                "application/problem+json": components["schemas"]["Problem"] & {
                    /** @enum {integer} */
                    status?: 500;
                    /** @enum {unknown} */
                    code?: "internal_error";
                };
            };
        };
        /** @description Every part failed, and not all by timing out. The wallet is as it was stored before. */
        ChainUnavailable: {
            headers: {
                "X-Request-Id": components["headers"]["X-Request-Id"];
                "X-Backend": components["headers"]["X-Backend"];
                [name: string]: unknown;
            };
            content: {
                "application/problem+json": components["schemas"]["Problem"] & {
                    /** @enum {integer} */
                    status?: 502;
                    /** @enum {unknown} */
                    code?: "chain_unavailable" | "chain_rate_limited" | "chain_mismatch";
                };
            };
        };
        /** @description The store can not be reached, or the server is not ready. */
        StoreUnavailable: {
            headers: {
                "X-Request-Id": components["headers"]["X-Request-Id"];
                "X-Backend": components["headers"]["X-Backend"];
                "Retry-After": components["headers"]["Retry-After"];
                [name: string]: unknown;
            };
            content: {
                "application/problem+json": components["schemas"]["Problem"] & {
                    /** @enum {integer} */
                    status?: 503;
                    /** @enum {unknown} */
                    code?: "store_unavailable";
                };
            };
        };
        /** @description Every part timed out. The wallet is as it was stored before. */
        ChainTimeout: {
            headers: {
                "X-Request-Id": components["headers"]["X-Request-Id"];
                "X-Backend": components["headers"]["X-Backend"];
                [name: string]: unknown;
            };
            content: {
                "application/problem+json": components["schemas"]["Problem"] & {
                    /** @enum {integer} */
                    status?: 504;
                    /** @enum {unknown} */
                    code?: "chain_timeout";
                };
            };
        };
        /** @description The path is none of this contract. */
        RouteNotFound: {
            headers: {
                "X-Request-Id": components["headers"]["X-Request-Id"];
                "X-Backend": components["headers"]["X-Backend"];
                [name: string]: unknown;
            };
            content: {
                "application/problem+json": components["schemas"]["Problem"] & {
                    /** @enum {integer} */
                    status?: 404;
                    /** @enum {unknown} */
                    code?: "route_not_found";
                };
            };
        };
        /** @description The path does not have this method. */
        MethodNotAllowed: {
            headers: {
                "X-Request-Id": components["headers"]["X-Request-Id"];
                "X-Backend": components["headers"]["X-Backend"];
                Allow: components["headers"]["Allow"];
                [name: string]: unknown;
            };
            content: {
                "application/problem+json": components["schemas"]["Problem"] & {
                    /** @enum {integer} */
                    status?: 405;
                    /** @enum {unknown} */
                    code?: "method_not_allowed";
                };
            };
        };
    };
    parameters: {
        /**
         * @description The wallet's address.
         * @example 4xepF7h96rpVQpGkvbVSPBZigsMFs3Mszf2AbPxXodgf
         */
        WalletAddress: components["schemas"]["WalletAddress"];
        /**
         * @description The scheduled funding.
         * @example sch_14e12c5047968242b68202b39436b005
         */
        ScheduleId: components["schemas"]["ScheduleId"];
        /**
         * @description The mint's address.
         * @example 8E8tMsVMSjSiddNcUexVgkjfSSVkTcr4j9MHknEXnhvM
         */
        MintAddress: components["schemas"]["WalletAddress"];
        /**
         * @description A snapshot of so many seconds is good enough, also where a newer one would be made otherwise
         *     (`WALLET_PORTFOLIO_TTL`). `computed_at` says when it was. A new snapshot of the holders reads every wallet; one of
         *     the totals by mint about a dozen records, however many wallets there are.
         * @example 3600
         */
        MaxAge: number;
        /**
         * @description The recorded launch.
         * @example lch_cfa9d475eeeaa7f69df6de1bd5952c15
         */
        LaunchId: components["schemas"]["LaunchId"];
        /**
         * @description The refresh-all operation.
         * @example op_589181046e287b19c63105f6b88fba50
         */
        OperationId: components["schemas"]["OperationId"];
        /**
         * @description The beginning of the range. Absent, it begins with the first that is kept. There is nothing in a range that
         *     begins after its end.
         * @example 2026-11-01T00:00:00Z
         */
        From: components["schemas"]["RequestTimestamp"];
        /**
         * @description The end of the range, included. Absent, it ends with the newest.
         * @example 2026-11-22T16:10:00Z
         */
        To: components["schemas"]["RequestTimestamp"];
        /**
         * @description How many entries the answer has at most; a chart needs no more than it has pixels.
         * @example 400
         */
        MaxPoints: number;
        /**
         * @description How many entries a page has at most.
         * @example 20
         */
        PageSize: number;
        /**
         * @description `next_page_token` of the page before; absent for the first page. It is enough by itself: the other parameters
         *     are those of the first page, and may be repeated. With others the answer is 400 `invalid_page_token`.
         */
        PageToken: components["schemas"]["PageToken"];
        /**
         * @description Only wallets in which every word of this begins a word of the label or of a tag, or the address; letters in
         *     either case, and accents need not be typed. With `…` (or three dots) in front it is the end of an address.
         */
        SearchText: string;
        /**
         * @description Only wallets whose effective status is this one.
         * @example FUNDED
         */
        StatusFilter: components["schemas"]["WalletStatus"];
        /**
         * @description True: only wallets whose status is not known. False: only those whose status is.
         * @example true
         */
        UnknownStatusFilter: boolean;
        /**
         * @description Only wallets that have this tag.
         * @example treasury
         */
        TagFilter: components["schemas"]["Tag"];
        /**
         * @description Only wallets whose chain data is in this state, overall.
         * @example stale
         */
        FreshnessFilter: components["schemas"]["FreshnessState"];
        /**
         * @description Only wallets whose last balance is at least this, in SOL. One that was never read has none.
         * @example 0.25
         */
        MinBalance: components["schemas"]["BalanceBound"];
        /**
         * @description Only wallets whose last balance is at most this, in SOL. One that was never read has none.
         * @example 10
         */
        MaxBalance: components["schemas"]["BalanceBound"];
        /**
         * @description A UUID that you make up for one intent, in lower case. The same key with the same body replays the first answer
         *     for 24 hours; with another body it is a 409 `idempotency_key_reused`, and while the first request still runs
         *     a 409 `idempotency_key_in_use`. Keys belong to one operation and one caller.
         * @example 1e959494-f78f-4f78-a290-ff698030b506
         */
        IdempotencyKey: string;
        /**
         * @description ETags of the wallet, or `*`. Only the metadata version in them counts, so a refresh in between never causes a
         *     412. Anything else, a weak ETag included, matches nothing: 412.
         */
        IfMatch: string;
        /**
         * @description ETags that you have a body for, or `*`. If one matches as a whole, the answer is a 304. Anything else matches
         *     nothing and is ignored.
         * @example "3.17.fff"
         */
        IfNoneMatch: string;
        /**
         * @description `wait=N` waits up to N seconds (0 to 30) for the operation to finish. As RFC 7240 asks, a preference that is not
         *     understood or out of range is ignored, and `Preference-Applied` says what was honoured.
         * @example wait=5
         */
        Prefer: string;
        /**
         * @description The id of the last event that you have; the stream goes on after it.
         * @example 17
         */
        LastEventId: string;
    };
    requestBodies: never;
    headers: {
        /**
         * @description Names this request in the logs; quote it in a bug report.
         * @example req_5246065af1d30c843599df28f9ed3b5f
         */
        "X-Request-Id": string;
        /**
         * @description Which backend gave the answer.
         * @example mock
         */
        "X-Backend": components["schemas"]["BackendName"];
        /**
         * @description Answers are for the caller alone, and are to be checked before they are used again.
         * @example private, no-cache
         */
        "Cache-Control": "private, no-cache";
        /**
         * @description The version of the wallet, `"<metadata version>.<chain version>.<part states>"`. It changes whenever the body
         *     would. Opaque: compare it, don't read it. That of a compressed answer ends in `-gzip`, and is as good in every
         *     condition.
         * @example "3.17.fff"
         */
        ETag: string;
        /**
         * @description The version of what the body says, apart from `computed_at` and from the token of the next page, which pins the
         *     moment of the answer: with a 304, those that you have are at most five minutes older and as good.
         * @example W/"5f2b1c0d9e8a7f6b5c4d3e2f1a0b9c8d"
         */
        ContentETag: string;
        /**
         * @description The methods that the path has.
         * @example GET, HEAD
         */
        Allow: string;
        /**
         * @description After how many seconds trying again makes sense.
         * @example 7
         */
        "Retry-After": number;
        /**
         * @description The preference that was honoured; absent if none was asked for.
         * @example wait=5
         */
        "Preference-Applied": string;
        /**
         * @description How to authenticate.
         * @example Bearer
         */
        "WWW-Authenticate": string;
    };
    pathItems: never;
}
export type $defs = Record<string, never>;
export interface operations {
    listWallets: {
        parameters: {
            query?: {
                /**
                 * @description Only wallets in which every word of this begins a word of the label or of a tag, or the address; letters in
                 *     either case, and accents need not be typed. With `…` (or three dots) in front it is the end of an address.
                 */
                q?: components["parameters"]["SearchText"];
                /**
                 * @description Only wallets whose effective status is this one.
                 * @example FUNDED
                 */
                status?: components["parameters"]["StatusFilter"];
                /**
                 * @description True: only wallets whose status is not known. False: only those whose status is.
                 * @example true
                 */
                unknown_status?: components["parameters"]["UnknownStatusFilter"];
                /**
                 * @description Only wallets that have this tag.
                 * @example treasury
                 */
                tag?: components["parameters"]["TagFilter"];
                /**
                 * @description Only wallets whose chain data is in this state, overall.
                 * @example stale
                 */
                freshness?: components["parameters"]["FreshnessFilter"];
                /**
                 * @description Only wallets whose last balance is at least this, in SOL. One that was never read has none.
                 * @example 0.25
                 */
                min_balance?: components["parameters"]["MinBalance"];
                /**
                 * @description Only wallets whose last balance is at most this, in SOL. One that was never read has none.
                 * @example 10
                 */
                max_balance?: components["parameters"]["MaxBalance"];
                /**
                 * @description The order.
                 * @example last_balance
                 */
                sort?: components["schemas"]["WalletSort"];
                /**
                 * @description Which way; absent for the way that `sort` says. The other way turns the whole order round, unknown balances
                 *     and missing labels included.
                 * @example asc
                 */
                direction?: components["schemas"]["SortDirection"];
                /**
                 * @description How many entries a page has at most.
                 * @example 20
                 */
                page_size?: components["parameters"]["PageSize"];
                /**
                 * @description `next_page_token` of the page before; absent for the first page. It is enough by itself: the other parameters
                 *     are those of the first page, and may be repeated. With others the answer is 400 `invalid_page_token`.
                 */
                page_token?: components["parameters"]["PageToken"];
            };
            header?: {
                /**
                 * @description ETags that you have a body for, or `*`. If one matches as a whole, the answer is a 304. Anything else matches
                 *     nothing and is ignored.
                 * @example "3.17.fff"
                 */
                "If-None-Match"?: components["parameters"]["IfNoneMatch"];
            };
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description A page of wallets. */
            200: {
                headers: {
                    "X-Request-Id": components["headers"]["X-Request-Id"];
                    "X-Backend": components["headers"]["X-Backend"];
                    "Cache-Control": components["headers"]["Cache-Control"];
                    ETag: components["headers"]["ContentETag"];
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["WalletPage"];
                };
            };
            304: components["responses"]["NotModified"];
            400: components["responses"]["InvalidPageToken"];
            401: components["responses"]["Unauthenticated"];
            403: components["responses"]["Forbidden"];
            422: components["responses"]["ValidationFailed"];
            500: components["responses"]["InternalError"];
            503: components["responses"]["StoreUnavailable"];
        };
    };
    createWallet: {
        parameters: {
            query?: never;
            header?: {
                /**
                 * @description A UUID that you make up for one intent, in lower case. The same key with the same body replays the first answer
                 *     for 24 hours; with another body it is a 409 `idempotency_key_reused`, and while the first request still runs
                 *     a 409 `idempotency_key_in_use`. Keys belong to one operation and one caller.
                 * @example 1e959494-f78f-4f78-a290-ff698030b506
                 */
                "Idempotency-Key"?: components["parameters"]["IdempotencyKey"];
            };
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["CreateWalletRequest"];
            };
        };
        responses: {
            /** @description The wallet was registered. */
            201: {
                headers: {
                    "X-Request-Id": components["headers"]["X-Request-Id"];
                    "X-Backend": components["headers"]["X-Backend"];
                    ETag: components["headers"]["ETag"];
                    /**
                     * @description The new wallet's path.
                     * @example /api/wallets/ATAaECr4xmZa2gXME6FR9WJMowywrdk3Zt49GiPqdKn
                     */
                    Location: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["CachedWalletResponse"];
                };
            };
            400: components["responses"]["MalformedJson"];
            401: components["responses"]["Unauthenticated"];
            403: components["responses"]["Forbidden"];
            409: components["responses"]["CreateWalletConflict"];
            413: components["responses"]["PayloadTooLarge"];
            415: components["responses"]["UnsupportedMediaType"];
            422: components["responses"]["ValidationFailed"];
            500: components["responses"]["InternalError"];
            503: components["responses"]["StoreUnavailable"];
        };
    };
    editWallets: {
        parameters: {
            query?: never;
            header?: {
                /**
                 * @description A UUID that you make up for one intent, in lower case. The same key with the same body replays the first answer
                 *     for 24 hours; with another body it is a 409 `idempotency_key_reused`, and while the first request still runs
                 *     a 409 `idempotency_key_in_use`. Keys belong to one operation and one caller.
                 * @example 1e959494-f78f-4f78-a290-ff698030b506
                 */
                "Idempotency-Key"?: components["parameters"]["IdempotencyKey"];
            };
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["EditWalletsRequest"];
            };
        };
        responses: {
            /** @description What became of each wallet, or would. */
            200: {
                headers: {
                    "X-Request-Id": components["headers"]["X-Request-Id"];
                    "X-Backend": components["headers"]["X-Backend"];
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["EditWalletsResponse"];
                };
            };
            400: components["responses"]["MalformedJson"];
            401: components["responses"]["Unauthenticated"];
            403: components["responses"]["Forbidden"];
            409: components["responses"]["IdempotencyConflict"];
            413: components["responses"]["PayloadTooLarge"];
            415: components["responses"]["UnsupportedMediaType"];
            422: components["responses"]["ValidationFailed"];
            500: components["responses"]["InternalError"];
            503: components["responses"]["StoreUnavailable"];
        };
    };
    refreshAllWallets: {
        parameters: {
            query?: never;
            header?: {
                /**
                 * @description `wait=N` waits up to N seconds (0 to 30) for the operation to finish. As RFC 7240 asks, a preference that is not
                 *     understood or out of range is ignored, and `Preference-Applied` says what was honoured.
                 * @example wait=5
                 */
                Prefer?: components["parameters"]["Prefer"];
                /**
                 * @description A UUID that you make up for one intent, in lower case. The same key with the same body replays the first answer
                 *     for 24 hours; with another body it is a 409 `idempotency_key_reused`, and while the first request still runs
                 *     a 409 `idempotency_key_in_use`. Keys belong to one operation and one caller.
                 * @example 1e959494-f78f-4f78-a290-ff698030b506
                 */
                "Idempotency-Key"?: components["parameters"]["IdempotencyKey"];
            };
            path?: never;
            cookie?: never;
        };
        requestBody?: {
            content: {
                "application/json": components["schemas"]["RefreshAllRequest"];
            };
        };
        responses: {
            /** @description The operation finished within the time that `Prefer` asked to wait. */
            200: {
                headers: {
                    "X-Request-Id": components["headers"]["X-Request-Id"];
                    "X-Backend": components["headers"]["X-Backend"];
                    /**
                     * @description The operation's path.
                     * @example /api/wallets/refresh-operations/op_589181046e287b19c63105f6b88fba50
                     */
                    Location: string;
                    "Preference-Applied": components["headers"]["Preference-Applied"];
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["RefreshOperation"];
                };
            };
            /** @description The operation runs. It may be one that was running already, if the request was the same. */
            202: {
                headers: {
                    "X-Request-Id": components["headers"]["X-Request-Id"];
                    "X-Backend": components["headers"]["X-Backend"];
                    /**
                     * @description The operation's path.
                     * @example /api/wallets/refresh-operations/op_589181046e287b19c63105f6b88fba50
                     */
                    Location: string;
                    "Preference-Applied": components["headers"]["Preference-Applied"];
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["RefreshOperation"];
                };
            };
            400: components["responses"]["MalformedJson"];
            401: components["responses"]["Unauthenticated"];
            403: components["responses"]["Forbidden"];
            409: components["responses"]["RefreshAllConflict"];
            413: components["responses"]["PayloadTooLarge"];
            415: components["responses"]["UnsupportedMediaType"];
            422: components["responses"]["ValidationFailed"];
            500: components["responses"]["InternalError"];
            503: components["responses"]["StoreUnavailable"];
        };
    };
    listRefreshOperations: {
        parameters: {
            query?: {
                /**
                 * @description Only operations in this state.
                 * @example RUNNING
                 */
                state?: components["schemas"]["OperationState"];
                /**
                 * @description How many entries a page has at most.
                 * @example 20
                 */
                page_size?: components["parameters"]["PageSize"];
                /**
                 * @description `next_page_token` of the page before; absent for the first page. It is enough by itself: the other parameters
                 *     are those of the first page, and may be repeated. With others the answer is 400 `invalid_page_token`.
                 */
                page_token?: components["parameters"]["PageToken"];
            };
            header?: {
                /**
                 * @description ETags that you have a body for, or `*`. If one matches as a whole, the answer is a 304. Anything else matches
                 *     nothing and is ignored.
                 * @example "3.17.fff"
                 */
                "If-None-Match"?: components["parameters"]["IfNoneMatch"];
            };
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description A page of operations. */
            200: {
                headers: {
                    "X-Request-Id": components["headers"]["X-Request-Id"];
                    "X-Backend": components["headers"]["X-Backend"];
                    "Cache-Control": components["headers"]["Cache-Control"];
                    ETag: components["headers"]["ContentETag"];
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["RefreshOperationPage"];
                };
            };
            304: components["responses"]["NotModified"];
            400: components["responses"]["InvalidPageToken"];
            401: components["responses"]["Unauthenticated"];
            403: components["responses"]["Forbidden"];
            422: components["responses"]["ValidationFailed"];
            500: components["responses"]["InternalError"];
            503: components["responses"]["StoreUnavailable"];
        };
    };
    getRefreshOperation: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /**
                 * @description The refresh-all operation.
                 * @example op_589181046e287b19c63105f6b88fba50
                 */
                operation_id: components["parameters"]["OperationId"];
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The operation. */
            200: {
                headers: {
                    "X-Request-Id": components["headers"]["X-Request-Id"];
                    "X-Backend": components["headers"]["X-Backend"];
                    "Cache-Control": components["headers"]["Cache-Control"];
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["RefreshOperation"];
                };
            };
            401: components["responses"]["Unauthenticated"];
            403: components["responses"]["Forbidden"];
            404: components["responses"]["OperationNotFound"];
            422: components["responses"]["ValidationFailed"];
            500: components["responses"]["InternalError"];
            503: components["responses"]["StoreUnavailable"];
        };
    };
    listRefreshResults: {
        parameters: {
            query?: {
                /**
                 * @description Only results of this kind.
                 * @example changed
                 */
                only?: components["schemas"]["RefreshResultFilter"];
                /**
                 * @description How many entries a page has at most.
                 * @example 20
                 */
                page_size?: components["parameters"]["PageSize"];
                /**
                 * @description `next_page_token` of the page before; absent for the first page. It is enough by itself: the other parameters
                 *     are those of the first page, and may be repeated. With others the answer is 400 `invalid_page_token`.
                 */
                page_token?: components["parameters"]["PageToken"];
            };
            header?: {
                /**
                 * @description ETags that you have a body for, or `*`. If one matches as a whole, the answer is a 304. Anything else matches
                 *     nothing and is ignored.
                 * @example "3.17.fff"
                 */
                "If-None-Match"?: components["parameters"]["IfNoneMatch"];
            };
            path: {
                /**
                 * @description The refresh-all operation.
                 * @example op_589181046e287b19c63105f6b88fba50
                 */
                operation_id: components["parameters"]["OperationId"];
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description A page of results. */
            200: {
                headers: {
                    "X-Request-Id": components["headers"]["X-Request-Id"];
                    "X-Backend": components["headers"]["X-Backend"];
                    "Cache-Control": components["headers"]["Cache-Control"];
                    ETag: components["headers"]["ContentETag"];
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["RefreshResultPage"];
                };
            };
            304: components["responses"]["NotModified"];
            400: components["responses"]["InvalidPageToken"];
            401: components["responses"]["Unauthenticated"];
            403: components["responses"]["Forbidden"];
            404: components["responses"]["OperationNotFound"];
            422: components["responses"]["ValidationFailed"];
            500: components["responses"]["InternalError"];
            503: components["responses"]["StoreUnavailable"];
        };
    };
    streamRefreshEvents: {
        parameters: {
            query?: never;
            header?: {
                /**
                 * @description The id of the last event that you have; the stream goes on after it.
                 * @example 17
                 */
                "Last-Event-ID"?: components["parameters"]["LastEventId"];
            };
            path: {
                /**
                 * @description The refresh-all operation.
                 * @example op_589181046e287b19c63105f6b88fba50
                 */
                operation_id: components["parameters"]["OperationId"];
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The stream. */
            200: {
                headers: {
                    "X-Request-Id": components["headers"]["X-Request-Id"];
                    "X-Backend": components["headers"]["X-Backend"];
                    "Cache-Control": components["headers"]["Cache-Control"];
                    [name: string]: unknown;
                };
                content: {
                    "text/event-stream": unknown;
                };
            };
            401: components["responses"]["Unauthenticated"];
            403: components["responses"]["Forbidden"];
            404: components["responses"]["OperationNotFound"];
            422: components["responses"]["ValidationFailed"];
            500: components["responses"]["InternalError"];
            503: components["responses"]["StoreUnavailable"];
        };
    };
    cancelRefreshOperation: {
        parameters: {
            query?: never;
            header?: {
                /**
                 * @description A UUID that you make up for one intent, in lower case. The same key with the same body replays the first answer
                 *     for 24 hours; with another body it is a 409 `idempotency_key_reused`, and while the first request still runs
                 *     a 409 `idempotency_key_in_use`. Keys belong to one operation and one caller.
                 * @example 1e959494-f78f-4f78-a290-ff698030b506
                 */
                "Idempotency-Key"?: components["parameters"]["IdempotencyKey"];
            };
            path: {
                /**
                 * @description The refresh-all operation.
                 * @example op_589181046e287b19c63105f6b88fba50
                 */
                operation_id: components["parameters"]["OperationId"];
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The operation, cancelled. */
            200: {
                headers: {
                    "X-Request-Id": components["headers"]["X-Request-Id"];
                    "X-Backend": components["headers"]["X-Backend"];
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["RefreshOperation"];
                };
            };
            401: components["responses"]["Unauthenticated"];
            403: components["responses"]["Forbidden"];
            404: components["responses"]["OperationNotFound"];
            409: components["responses"]["CancelConflict"];
            422: components["responses"]["ValidationFailed"];
            500: components["responses"]["InternalError"];
            503: components["responses"]["StoreUnavailable"];
        };
    };
    estimateRefresh: {
        parameters: {
            query?: {
                /**
                 * @description Which wallets.
                 * @example stale
                 */
                scope?: components["schemas"]["RefreshScope"];
                /**
                 * @description How token holdings would be read.
                 * @example full
                 */
                depth?: components["schemas"]["RefreshDepth"];
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The estimate. */
            200: {
                headers: {
                    "X-Request-Id": components["headers"]["X-Request-Id"];
                    "X-Backend": components["headers"]["X-Backend"];
                    "Cache-Control": components["headers"]["Cache-Control"];
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["RefreshEstimate"];
                };
            };
            401: components["responses"]["Unauthenticated"];
            403: components["responses"]["Forbidden"];
            422: components["responses"]["ValidationFailed"];
            500: components["responses"]["InternalError"];
            503: components["responses"]["StoreUnavailable"];
        };
    };
    listScheduledFunding: {
        parameters: {
            query?: {
                /**
                 * @description Only scheduled fundings in this status.
                 * @example SCHEDULED
                 */
                status?: components["schemas"]["ScheduleStatus"];
                /** @description Only those of this wallet. A wallet that is not registered has none. */
                wallet_address?: components["schemas"]["WalletAddress"];
                /**
                 * @description How many entries a page has at most.
                 * @example 20
                 */
                page_size?: components["parameters"]["PageSize"];
                /**
                 * @description `next_page_token` of the page before; absent for the first page. It is enough by itself: the other parameters
                 *     are those of the first page, and may be repeated. With others the answer is 400 `invalid_page_token`.
                 */
                page_token?: components["parameters"]["PageToken"];
            };
            header?: {
                /**
                 * @description ETags that you have a body for, or `*`. If one matches as a whole, the answer is a 304. Anything else matches
                 *     nothing and is ignored.
                 * @example "3.17.fff"
                 */
                "If-None-Match"?: components["parameters"]["IfNoneMatch"];
            };
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description A page of scheduled fundings. */
            200: {
                headers: {
                    "X-Request-Id": components["headers"]["X-Request-Id"];
                    "X-Backend": components["headers"]["X-Backend"];
                    "Cache-Control": components["headers"]["Cache-Control"];
                    ETag: components["headers"]["ContentETag"];
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ScheduledFundingPage"];
                };
            };
            304: components["responses"]["NotModified"];
            400: components["responses"]["InvalidPageToken"];
            401: components["responses"]["Unauthenticated"];
            403: components["responses"]["Forbidden"];
            422: components["responses"]["ValidationFailed"];
            500: components["responses"]["InternalError"];
            503: components["responses"]["StoreUnavailable"];
        };
    };
    scheduleFunding: {
        parameters: {
            query?: never;
            header?: {
                /**
                 * @description A UUID that you make up for one intent, in lower case. The same key with the same body replays the first answer
                 *     for 24 hours; with another body it is a 409 `idempotency_key_reused`, and while the first request still runs
                 *     a 409 `idempotency_key_in_use`. Keys belong to one operation and one caller.
                 * @example 1e959494-f78f-4f78-a290-ff698030b506
                 */
                "Idempotency-Key"?: components["parameters"]["IdempotencyKey"];
            };
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["ScheduleFundingRequest"];
            };
        };
        responses: {
            /** @description The intent was recorded. */
            201: {
                headers: {
                    "X-Request-Id": components["headers"]["X-Request-Id"];
                    "X-Backend": components["headers"]["X-Backend"];
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ScheduledFundingInfo"];
                };
            };
            400: components["responses"]["MalformedJson"];
            401: components["responses"]["Unauthenticated"];
            403: components["responses"]["Forbidden"];
            409: components["responses"]["ScheduleFundingConflict"];
            413: components["responses"]["PayloadTooLarge"];
            415: components["responses"]["UnsupportedMediaType"];
            422: components["responses"]["ValidationFailed"];
            500: components["responses"]["InternalError"];
            503: components["responses"]["StoreUnavailable"];
        };
    };
    getScheduledFunding: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /**
                 * @description The scheduled funding.
                 * @example sch_14e12c5047968242b68202b39436b005
                 */
                schedule_id: components["parameters"]["ScheduleId"];
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The record. */
            200: {
                headers: {
                    "X-Request-Id": components["headers"]["X-Request-Id"];
                    "X-Backend": components["headers"]["X-Backend"];
                    "Cache-Control": components["headers"]["Cache-Control"];
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ScheduledFundingInfo"];
                };
            };
            401: components["responses"]["Unauthenticated"];
            403: components["responses"]["Forbidden"];
            404: components["responses"]["ScheduleNotFound"];
            422: components["responses"]["ValidationFailed"];
            500: components["responses"]["InternalError"];
            503: components["responses"]["StoreUnavailable"];
        };
    };
    updateScheduledFunding: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /**
                 * @description The scheduled funding.
                 * @example sch_14e12c5047968242b68202b39436b005
                 */
                schedule_id: components["parameters"]["ScheduleId"];
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["UpdateScheduledFundingRequest"];
            };
        };
        responses: {
            /** @description The record as it is now. */
            200: {
                headers: {
                    "X-Request-Id": components["headers"]["X-Request-Id"];
                    "X-Backend": components["headers"]["X-Backend"];
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ScheduledFundingInfo"];
                };
            };
            400: components["responses"]["MalformedJson"];
            401: components["responses"]["Unauthenticated"];
            403: components["responses"]["Forbidden"];
            404: components["responses"]["ScheduleNotFound"];
            409: components["responses"]["ScheduleNotOpen"];
            413: components["responses"]["PayloadTooLarge"];
            415: components["responses"]["UnsupportedMediaType"];
            422: components["responses"]["ValidationFailed"];
            500: components["responses"]["InternalError"];
            503: components["responses"]["StoreUnavailable"];
        };
    };
    cancelScheduledFunding: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /**
                 * @description The scheduled funding.
                 * @example sch_14e12c5047968242b68202b39436b005
                 */
                schedule_id: components["parameters"]["ScheduleId"];
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description It is cancelled. */
            204: {
                headers: {
                    "X-Request-Id": components["headers"]["X-Request-Id"];
                    "X-Backend": components["headers"]["X-Backend"];
                    [name: string]: unknown;
                };
                content?: never;
            };
            401: components["responses"]["Unauthenticated"];
            403: components["responses"]["Forbidden"];
            404: components["responses"]["ScheduleNotFound"];
            409: components["responses"]["ScheduleCompleted"];
            422: components["responses"]["ValidationFailed"];
            500: components["responses"]["InternalError"];
            503: components["responses"]["StoreUnavailable"];
        };
    };
    completeScheduledFunding: {
        parameters: {
            query?: never;
            header?: {
                /**
                 * @description A UUID that you make up for one intent, in lower case. The same key with the same body replays the first answer
                 *     for 24 hours; with another body it is a 409 `idempotency_key_reused`, and while the first request still runs
                 *     a 409 `idempotency_key_in_use`. Keys belong to one operation and one caller.
                 * @example 1e959494-f78f-4f78-a290-ff698030b506
                 */
                "Idempotency-Key"?: components["parameters"]["IdempotencyKey"];
            };
            path: {
                /**
                 * @description The scheduled funding.
                 * @example sch_14e12c5047968242b68202b39436b005
                 */
                schedule_id: components["parameters"]["ScheduleId"];
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["CompleteScheduledFundingRequest"];
            };
        };
        responses: {
            /** @description The record, completed. */
            200: {
                headers: {
                    "X-Request-Id": components["headers"]["X-Request-Id"];
                    "X-Backend": components["headers"]["X-Backend"];
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ScheduledFundingInfo"];
                };
            };
            400: components["responses"]["MalformedJson"];
            401: components["responses"]["Unauthenticated"];
            403: components["responses"]["Forbidden"];
            404: components["responses"]["ScheduleNotFound"];
            409: components["responses"]["CompleteFundingConflict"];
            413: components["responses"]["PayloadTooLarge"];
            415: components["responses"]["UnsupportedMediaType"];
            422: components["responses"]["ValidationFailed"];
            500: components["responses"]["InternalError"];
            503: components["responses"]["StoreUnavailable"];
        };
    };
    listLaunches: {
        parameters: {
            query?: {
                /**
                 * @description How many entries a page has at most.
                 * @example 20
                 */
                page_size?: components["parameters"]["PageSize"];
                /**
                 * @description `next_page_token` of the page before; absent for the first page. It is enough by itself: the other parameters
                 *     are those of the first page, and may be repeated. With others the answer is 400 `invalid_page_token`.
                 */
                page_token?: components["parameters"]["PageToken"];
            };
            header?: {
                /**
                 * @description ETags that you have a body for, or `*`. If one matches as a whole, the answer is a 304. Anything else matches
                 *     nothing and is ignored.
                 * @example "3.17.fff"
                 */
                "If-None-Match"?: components["parameters"]["IfNoneMatch"];
            };
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description A page of launches. */
            200: {
                headers: {
                    "X-Request-Id": components["headers"]["X-Request-Id"];
                    "X-Backend": components["headers"]["X-Backend"];
                    "Cache-Control": components["headers"]["Cache-Control"];
                    ETag: components["headers"]["ContentETag"];
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["LaunchPage"];
                };
            };
            304: components["responses"]["NotModified"];
            400: components["responses"]["InvalidPageToken"];
            401: components["responses"]["Unauthenticated"];
            403: components["responses"]["Forbidden"];
            422: components["responses"]["ValidationFailed"];
            500: components["responses"]["InternalError"];
            503: components["responses"]["StoreUnavailable"];
        };
    };
    recordLaunch: {
        parameters: {
            query?: never;
            header?: {
                /**
                 * @description A UUID that you make up for one intent, in lower case. The same key with the same body replays the first answer
                 *     for 24 hours; with another body it is a 409 `idempotency_key_reused`, and while the first request still runs
                 *     a 409 `idempotency_key_in_use`. Keys belong to one operation and one caller.
                 * @example 1e959494-f78f-4f78-a290-ff698030b506
                 */
                "Idempotency-Key"?: components["parameters"]["IdempotencyKey"];
            };
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["RecordLaunchRequest"];
            };
        };
        responses: {
            /** @description The launch was recorded before, with the same content. */
            200: {
                headers: {
                    "X-Request-Id": components["headers"]["X-Request-Id"];
                    "X-Backend": components["headers"]["X-Backend"];
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["LaunchInfo"];
                };
            };
            /** @description The launch was recorded. */
            201: {
                headers: {
                    "X-Request-Id": components["headers"]["X-Request-Id"];
                    "X-Backend": components["headers"]["X-Backend"];
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["LaunchInfo"];
                };
            };
            400: components["responses"]["MalformedJson"];
            401: components["responses"]["Unauthenticated"];
            403: components["responses"]["Forbidden"];
            409: components["responses"]["RecordLaunchConflict"];
            413: components["responses"]["PayloadTooLarge"];
            415: components["responses"]["UnsupportedMediaType"];
            422: components["responses"]["ValidationFailed"];
            500: components["responses"]["InternalError"];
            503: components["responses"]["StoreUnavailable"];
        };
    };
    updateLaunch: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /**
                 * @description The recorded launch.
                 * @example lch_cfa9d475eeeaa7f69df6de1bd5952c15
                 */
                launch_id: components["parameters"]["LaunchId"];
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["UpdateLaunchRequest"];
            };
        };
        responses: {
            /** @description The launch as it is recorded now. */
            200: {
                headers: {
                    "X-Request-Id": components["headers"]["X-Request-Id"];
                    "X-Backend": components["headers"]["X-Backend"];
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["LaunchInfo"];
                };
            };
            400: components["responses"]["MalformedJson"];
            401: components["responses"]["Unauthenticated"];
            403: components["responses"]["Forbidden"];
            404: components["responses"]["LaunchNotFound"];
            409: components["responses"]["LaunchInFuture"];
            413: components["responses"]["PayloadTooLarge"];
            415: components["responses"]["UnsupportedMediaType"];
            422: components["responses"]["ValidationFailed"];
            500: components["responses"]["InternalError"];
            503: components["responses"]["StoreUnavailable"];
        };
    };
    deleteLaunch: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /**
                 * @description The recorded launch.
                 * @example lch_cfa9d475eeeaa7f69df6de1bd5952c15
                 */
                launch_id: components["parameters"]["LaunchId"];
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description It is removed. */
            204: {
                headers: {
                    "X-Request-Id": components["headers"]["X-Request-Id"];
                    "X-Backend": components["headers"]["X-Backend"];
                    [name: string]: unknown;
                };
                content?: never;
            };
            401: components["responses"]["Unauthenticated"];
            403: components["responses"]["Forbidden"];
            404: components["responses"]["LaunchNotFound"];
            422: components["responses"]["ValidationFailed"];
            500: components["responses"]["InternalError"];
            503: components["responses"]["StoreUnavailable"];
        };
    };
    listWalletLaunches: {
        parameters: {
            query?: {
                /**
                 * @description How many entries a page has at most.
                 * @example 20
                 */
                page_size?: components["parameters"]["PageSize"];
                /**
                 * @description `next_page_token` of the page before; absent for the first page. It is enough by itself: the other parameters
                 *     are those of the first page, and may be repeated. With others the answer is 400 `invalid_page_token`.
                 */
                page_token?: components["parameters"]["PageToken"];
            };
            header?: {
                /**
                 * @description ETags that you have a body for, or `*`. If one matches as a whole, the answer is a 304. Anything else matches
                 *     nothing and is ignored.
                 * @example "3.17.fff"
                 */
                "If-None-Match"?: components["parameters"]["IfNoneMatch"];
            };
            path: {
                /**
                 * @description The wallet's address.
                 * @example 4xepF7h96rpVQpGkvbVSPBZigsMFs3Mszf2AbPxXodgf
                 */
                wallet_address: components["parameters"]["WalletAddress"];
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description A page of the wallet's launches. */
            200: {
                headers: {
                    "X-Request-Id": components["headers"]["X-Request-Id"];
                    "X-Backend": components["headers"]["X-Backend"];
                    "Cache-Control": components["headers"]["Cache-Control"];
                    ETag: components["headers"]["ContentETag"];
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["LaunchPage"];
                };
            };
            304: components["responses"]["NotModified"];
            400: components["responses"]["InvalidPageToken"];
            401: components["responses"]["Unauthenticated"];
            403: components["responses"]["Forbidden"];
            422: components["responses"]["ValidationFailed"];
            500: components["responses"]["InternalError"];
            503: components["responses"]["StoreUnavailable"];
        };
    };
    getPortfolioSummary: {
        parameters: {
            query?: never;
            header?: {
                /**
                 * @description ETags that you have a body for, or `*`. If one matches as a whole, the answer is a 304. Anything else matches
                 *     nothing and is ignored.
                 * @example "3.17.fff"
                 */
                "If-None-Match"?: components["parameters"]["IfNoneMatch"];
            };
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The totals. */
            200: {
                headers: {
                    "X-Request-Id": components["headers"]["X-Request-Id"];
                    "X-Backend": components["headers"]["X-Backend"];
                    "Cache-Control": components["headers"]["Cache-Control"];
                    ETag: components["headers"]["ContentETag"];
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["PortfolioSummary"];
                };
            };
            304: components["responses"]["NotModified"];
            401: components["responses"]["Unauthenticated"];
            403: components["responses"]["Forbidden"];
            422: components["responses"]["ValidationFailed"];
            500: components["responses"]["InternalError"];
            503: components["responses"]["StoreUnavailable"];
        };
    };
    listPortfolioTokens: {
        parameters: {
            query?: {
                /**
                 * @description A snapshot of so many seconds is good enough, also where a newer one would be made otherwise
                 *     (`WALLET_PORTFOLIO_TTL`). `computed_at` says when it was. A new snapshot of the holders reads every wallet; one of
                 *     the totals by mint about a dozen records, however many wallets there are.
                 * @example 3600
                 */
                max_age?: components["parameters"]["MaxAge"];
                /**
                 * @description How many entries a page has at most.
                 * @example 20
                 */
                page_size?: components["parameters"]["PageSize"];
                /**
                 * @description `next_page_token` of the page before; absent for the first page. It is enough by itself: the other parameters
                 *     are those of the first page, and may be repeated. With others the answer is 400 `invalid_page_token`.
                 */
                page_token?: components["parameters"]["PageToken"];
            };
            header?: {
                /**
                 * @description ETags that you have a body for, or `*`. If one matches as a whole, the answer is a 304. Anything else matches
                 *     nothing and is ignored.
                 * @example "3.17.fff"
                 */
                "If-None-Match"?: components["parameters"]["IfNoneMatch"];
            };
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description A page of totals. */
            200: {
                headers: {
                    "X-Request-Id": components["headers"]["X-Request-Id"];
                    "X-Backend": components["headers"]["X-Backend"];
                    "Cache-Control": components["headers"]["Cache-Control"];
                    ETag: components["headers"]["ContentETag"];
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["PortfolioTokenPage"];
                };
            };
            304: components["responses"]["NotModified"];
            400: components["responses"]["InvalidPageToken"];
            401: components["responses"]["Unauthenticated"];
            403: components["responses"]["Forbidden"];
            422: components["responses"]["ValidationFailed"];
            500: components["responses"]["InternalError"];
            503: components["responses"]["StoreUnavailable"];
        };
    };
    listTokenHolders: {
        parameters: {
            query?: {
                /**
                 * @description A snapshot of so many seconds is good enough, also where a newer one would be made otherwise
                 *     (`WALLET_PORTFOLIO_TTL`). `computed_at` says when it was. A new snapshot of the holders reads every wallet; one of
                 *     the totals by mint about a dozen records, however many wallets there are.
                 * @example 3600
                 */
                max_age?: components["parameters"]["MaxAge"];
                /**
                 * @description How many entries a page has at most.
                 * @example 20
                 */
                page_size?: components["parameters"]["PageSize"];
                /**
                 * @description `next_page_token` of the page before; absent for the first page. It is enough by itself: the other parameters
                 *     are those of the first page, and may be repeated. With others the answer is 400 `invalid_page_token`.
                 */
                page_token?: components["parameters"]["PageToken"];
            };
            header?: {
                /**
                 * @description ETags that you have a body for, or `*`. If one matches as a whole, the answer is a 304. Anything else matches
                 *     nothing and is ignored.
                 * @example "3.17.fff"
                 */
                "If-None-Match"?: components["parameters"]["IfNoneMatch"];
            };
            path: {
                /**
                 * @description The mint's address.
                 * @example 8E8tMsVMSjSiddNcUexVgkjfSSVkTcr4j9MHknEXnhvM
                 */
                mint_address: components["parameters"]["MintAddress"];
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description A page of holders. */
            200: {
                headers: {
                    "X-Request-Id": components["headers"]["X-Request-Id"];
                    "X-Backend": components["headers"]["X-Backend"];
                    "Cache-Control": components["headers"]["Cache-Control"];
                    ETag: components["headers"]["ContentETag"];
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["TokenHolderPage"];
                };
            };
            304: components["responses"]["NotModified"];
            400: components["responses"]["InvalidPageToken"];
            401: components["responses"]["Unauthenticated"];
            403: components["responses"]["Forbidden"];
            422: components["responses"]["ValidationFailed"];
            500: components["responses"]["InternalError"];
            503: components["responses"]["StoreUnavailable"];
        };
    };
    getLaunchAnalytics: {
        parameters: {
            query?: {
                /**
                 * @description How many UTC days, today included.
                 * @example 7
                 */
                days?: number;
                /**
                 * @description A snapshot of so many seconds is good enough, also where a newer one would be made otherwise
                 *     (`WALLET_PORTFOLIO_TTL`). `computed_at` says when it was. A new snapshot of the holders reads every wallet; one of
                 *     the totals by mint about a dozen records, however many wallets there are.
                 * @example 3600
                 */
                max_age?: components["parameters"]["MaxAge"];
            };
            header?: {
                /**
                 * @description ETags that you have a body for, or `*`. If one matches as a whole, the answer is a 304. Anything else matches
                 *     nothing and is ignored.
                 * @example "3.17.fff"
                 */
                "If-None-Match"?: components["parameters"]["IfNoneMatch"];
            };
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The analysis. */
            200: {
                headers: {
                    "X-Request-Id": components["headers"]["X-Request-Id"];
                    "X-Backend": components["headers"]["X-Backend"];
                    "Cache-Control": components["headers"]["Cache-Control"];
                    ETag: components["headers"]["ContentETag"];
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["LaunchAnalytics"];
                };
            };
            304: components["responses"]["NotModified"];
            401: components["responses"]["Unauthenticated"];
            403: components["responses"]["Forbidden"];
            422: components["responses"]["ValidationFailed"];
            500: components["responses"]["InternalError"];
            503: components["responses"]["StoreUnavailable"];
        };
    };
    getPortfolioHistory: {
        parameters: {
            query?: {
                /**
                 * @description The beginning of the range. Absent, it begins with the first that is kept. There is nothing in a range that
                 *     begins after its end.
                 * @example 2026-11-01T00:00:00Z
                 */
                from?: components["parameters"]["From"];
                /**
                 * @description The end of the range, included. Absent, it ends with the newest.
                 * @example 2026-11-22T16:10:00Z
                 */
                to?: components["parameters"]["To"];
                /**
                 * @description How many entries the answer has at most; a chart needs no more than it has pixels.
                 * @example 400
                 */
                max_points?: components["parameters"]["MaxPoints"];
            };
            header?: {
                /**
                 * @description ETags that you have a body for, or `*`. If one matches as a whole, the answer is a 304. Anything else matches
                 *     nothing and is ignored.
                 * @example "3.17.fff"
                 */
                "If-None-Match"?: components["parameters"]["IfNoneMatch"];
            };
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The points in the range. */
            200: {
                headers: {
                    "X-Request-Id": components["headers"]["X-Request-Id"];
                    "X-Backend": components["headers"]["X-Backend"];
                    "Cache-Control": components["headers"]["Cache-Control"];
                    ETag: components["headers"]["ContentETag"];
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["PortfolioHistory"];
                };
            };
            304: components["responses"]["NotModified"];
            401: components["responses"]["Unauthenticated"];
            403: components["responses"]["Forbidden"];
            422: components["responses"]["ValidationFailed"];
            500: components["responses"]["InternalError"];
            503: components["responses"]["StoreUnavailable"];
        };
    };
    getCaller: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The caller. */
            200: {
                headers: {
                    "X-Request-Id": components["headers"]["X-Request-Id"];
                    "X-Backend": components["headers"]["X-Backend"];
                    "Cache-Control": components["headers"]["Cache-Control"];
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["CallerInfo"];
                };
            };
            401: components["responses"]["Unauthenticated"];
            403: components["responses"]["Forbidden"];
            422: components["responses"]["ValidationFailed"];
            500: components["responses"]["InternalError"];
            503: components["responses"]["StoreUnavailable"];
        };
    };
    getAttention: {
        parameters: {
            query?: never;
            header?: {
                /**
                 * @description ETags that you have a body for, or `*`. If one matches as a whole, the answer is a 304. Anything else matches
                 *     nothing and is ignored.
                 * @example "3.17.fff"
                 */
                "If-None-Match"?: components["parameters"]["IfNoneMatch"];
            };
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description What needs attention. */
            200: {
                headers: {
                    "X-Request-Id": components["headers"]["X-Request-Id"];
                    "X-Backend": components["headers"]["X-Backend"];
                    "Cache-Control": components["headers"]["Cache-Control"];
                    ETag: components["headers"]["ContentETag"];
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Attention"];
                };
            };
            304: components["responses"]["NotModified"];
            401: components["responses"]["Unauthenticated"];
            403: components["responses"]["Forbidden"];
            422: components["responses"]["ValidationFailed"];
            500: components["responses"]["InternalError"];
            503: components["responses"]["StoreUnavailable"];
        };
    };
    listTags: {
        parameters: {
            query?: {
                /**
                 * @description A snapshot of so many seconds is good enough, also where a newer one would be made otherwise
                 *     (`WALLET_PORTFOLIO_TTL`). `computed_at` says when it was. A new snapshot of the holders reads every wallet; one of
                 *     the totals by mint about a dozen records, however many wallets there are.
                 * @example 3600
                 */
                max_age?: components["parameters"]["MaxAge"];
                /**
                 * @description How many entries a page has at most.
                 * @example 20
                 */
                page_size?: components["parameters"]["PageSize"];
                /**
                 * @description `next_page_token` of the page before; absent for the first page. It is enough by itself: the other parameters
                 *     are those of the first page, and may be repeated. With others the answer is 400 `invalid_page_token`.
                 */
                page_token?: components["parameters"]["PageToken"];
            };
            header?: {
                /**
                 * @description ETags that you have a body for, or `*`. If one matches as a whole, the answer is a 304. Anything else matches
                 *     nothing and is ignored.
                 * @example "3.17.fff"
                 */
                "If-None-Match"?: components["parameters"]["IfNoneMatch"];
            };
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description A page of tags. */
            200: {
                headers: {
                    "X-Request-Id": components["headers"]["X-Request-Id"];
                    "X-Backend": components["headers"]["X-Backend"];
                    "Cache-Control": components["headers"]["Cache-Control"];
                    ETag: components["headers"]["ContentETag"];
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["TagPage"];
                };
            };
            304: components["responses"]["NotModified"];
            400: components["responses"]["InvalidPageToken"];
            401: components["responses"]["Unauthenticated"];
            403: components["responses"]["Forbidden"];
            422: components["responses"]["ValidationFailed"];
            500: components["responses"]["InternalError"];
            503: components["responses"]["StoreUnavailable"];
        };
    };
    listAuditEntries: {
        parameters: {
            query?: {
                /**
                 * @description Only entries about this wallet (its address) or refresh-all operation (its id).
                 * @example 4xepF7h96rpVQpGkvbVSPBZigsMFs3Mszf2AbPxXodgf
                 */
                subject?: components["schemas"]["AuditSubject"];
                /**
                 * @description Only entries of this actor.
                 * @example key:deploy-bot
                 */
                actor?: components["schemas"]["AuditActor"];
                /**
                 * @description Only entries of this operation, by its `operationId`.
                 * @example updateWallet
                 */
                action?: components["schemas"]["AuditAction"];
                /**
                 * @description Only entries of this moment or later.
                 * @example 2026-11-15T00:00:00Z
                 */
                since?: components["schemas"]["RequestTimestamp"];
                /**
                 * @description Only entries before this moment.
                 * @example 2026-11-16T00:00:00Z
                 */
                until?: components["schemas"]["RequestTimestamp"];
                /**
                 * @description How many entries a page has at most.
                 * @example 20
                 */
                page_size?: components["parameters"]["PageSize"];
                /**
                 * @description `next_page_token` of the page before; absent for the first page. It is enough by itself: the other parameters
                 *     are those of the first page, and may be repeated. With others the answer is 400 `invalid_page_token`.
                 */
                page_token?: components["parameters"]["PageToken"];
            };
            header?: {
                /**
                 * @description ETags that you have a body for, or `*`. If one matches as a whole, the answer is a 304. Anything else matches
                 *     nothing and is ignored.
                 * @example "3.17.fff"
                 */
                "If-None-Match"?: components["parameters"]["IfNoneMatch"];
            };
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description A page of entries. */
            200: {
                headers: {
                    "X-Request-Id": components["headers"]["X-Request-Id"];
                    "X-Backend": components["headers"]["X-Backend"];
                    "Cache-Control": components["headers"]["Cache-Control"];
                    ETag: components["headers"]["ContentETag"];
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["AuditPage"];
                };
            };
            304: components["responses"]["NotModified"];
            400: components["responses"]["InvalidPageToken"];
            401: components["responses"]["Unauthenticated"];
            403: components["responses"]["Forbidden"];
            422: components["responses"]["ValidationFailed"];
            500: components["responses"]["InternalError"];
            503: components["responses"]["StoreUnavailable"];
        };
    };
    exportWallets: {
        parameters: {
            query?: {
                /**
                 * @description The form of the answer.
                 * @example jsonl
                 */
                format?: components["schemas"]["ExportFormat"];
                /**
                 * @description Only wallets in which every word of this begins a word of the label or of a tag, or the address; letters in
                 *     either case, and accents need not be typed. With `…` (or three dots) in front it is the end of an address.
                 */
                q?: components["parameters"]["SearchText"];
                /**
                 * @description Only wallets whose effective status is this one.
                 * @example FUNDED
                 */
                status?: components["parameters"]["StatusFilter"];
                /**
                 * @description True: only wallets whose status is not known. False: only those whose status is.
                 * @example true
                 */
                unknown_status?: components["parameters"]["UnknownStatusFilter"];
                /**
                 * @description Only wallets that have this tag.
                 * @example treasury
                 */
                tag?: components["parameters"]["TagFilter"];
                /**
                 * @description Only wallets whose chain data is in this state, overall.
                 * @example stale
                 */
                freshness?: components["parameters"]["FreshnessFilter"];
                /**
                 * @description Only wallets whose last balance is at least this, in SOL. One that was never read has none.
                 * @example 0.25
                 */
                min_balance?: components["parameters"]["MinBalance"];
                /**
                 * @description Only wallets whose last balance is at most this, in SOL. One that was never read has none.
                 * @example 10
                 */
                max_balance?: components["parameters"]["MaxBalance"];
                /**
                 * @description Whether JSON lines have the token holdings. CSV has no place for them.
                 * @example true
                 */
                holdings?: boolean;
                /**
                 * @description Whether JSON lines have the newest incoming transfers. CSV has no place for them.
                 * @example true
                 */
                funding?: boolean;
                /**
                 * @description Whether JSON lines have the balance history. CSV has no place for it.
                 * @example true
                 */
                history?: boolean;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The wallets, in the form that was asked for. */
            200: {
                headers: {
                    "X-Request-Id": components["headers"]["X-Request-Id"];
                    "X-Backend": components["headers"]["X-Backend"];
                    "Cache-Control": components["headers"]["Cache-Control"];
                    /**
                     * @description The name of a file to save this as.
                     * @example attachment; filename="wallets.csv"
                     */
                    "Content-Disposition": string;
                    [name: string]: unknown;
                };
                content: {
                    "text/csv": string;
                    "application/x-ndjson": string;
                };
            };
            401: components["responses"]["Unauthenticated"];
            403: components["responses"]["Forbidden"];
            422: components["responses"]["ValidationFailed"];
            500: components["responses"]["InternalError"];
            503: components["responses"]["StoreUnavailable"];
        };
    };
    importWallets: {
        parameters: {
            query?: never;
            header?: {
                /**
                 * @description A UUID that you make up for one intent, in lower case. The same key with the same body replays the first answer
                 *     for 24 hours; with another body it is a 409 `idempotency_key_reused`, and while the first request still runs
                 *     a 409 `idempotency_key_in_use`. Keys belong to one operation and one caller.
                 * @example 1e959494-f78f-4f78-a290-ff698030b506
                 */
                "Idempotency-Key"?: components["parameters"]["IdempotencyKey"];
            };
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["ImportWalletsRequest"];
            };
        };
        responses: {
            /** @description What became of each wallet, or would. */
            200: {
                headers: {
                    "X-Request-Id": components["headers"]["X-Request-Id"];
                    "X-Backend": components["headers"]["X-Backend"];
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ImportWalletsResponse"];
                };
            };
            400: components["responses"]["MalformedJson"];
            401: components["responses"]["Unauthenticated"];
            403: components["responses"]["Forbidden"];
            409: components["responses"]["IdempotencyConflict"];
            413: components["responses"]["PayloadTooLarge"];
            415: components["responses"]["UnsupportedMediaType"];
            422: components["responses"]["ValidationFailed"];
            500: components["responses"]["InternalError"];
            503: components["responses"]["StoreUnavailable"];
        };
    };
    getWallet: {
        parameters: {
            query?: never;
            header?: {
                /**
                 * @description ETags that you have a body for, or `*`. If one matches as a whole, the answer is a 304. Anything else matches
                 *     nothing and is ignored.
                 * @example "3.17.fff"
                 */
                "If-None-Match"?: components["parameters"]["IfNoneMatch"];
            };
            path: {
                /**
                 * @description The wallet's address.
                 * @example 4xepF7h96rpVQpGkvbVSPBZigsMFs3Mszf2AbPxXodgf
                 */
                wallet_address: components["parameters"]["WalletAddress"];
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The wallet. */
            200: {
                headers: {
                    "X-Request-Id": components["headers"]["X-Request-Id"];
                    "X-Backend": components["headers"]["X-Backend"];
                    "Cache-Control": components["headers"]["Cache-Control"];
                    ETag: components["headers"]["ETag"];
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["CachedWalletResponse"];
                };
            };
            /** @description The wallet is as `If-None-Match` knows it. */
            304: {
                headers: {
                    "X-Request-Id": components["headers"]["X-Request-Id"];
                    "X-Backend": components["headers"]["X-Backend"];
                    "Cache-Control": components["headers"]["Cache-Control"];
                    ETag: components["headers"]["ETag"];
                    [name: string]: unknown;
                };
                content?: never;
            };
            401: components["responses"]["Unauthenticated"];
            403: components["responses"]["Forbidden"];
            404: components["responses"]["WalletNotFound"];
            422: components["responses"]["ValidationFailed"];
            500: components["responses"]["InternalError"];
            503: components["responses"]["StoreUnavailable"];
        };
    };
    updateWallet: {
        parameters: {
            query?: never;
            header?: {
                /**
                 * @description ETags of the wallet, or `*`. Only the metadata version in them counts, so a refresh in between never causes a
                 *     412. Anything else, a weak ETag included, matches nothing: 412.
                 */
                "If-Match"?: components["parameters"]["IfMatch"];
            };
            path: {
                /**
                 * @description The wallet's address.
                 * @example 4xepF7h96rpVQpGkvbVSPBZigsMFs3Mszf2AbPxXodgf
                 */
                wallet_address: components["parameters"]["WalletAddress"];
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["UpdateWalletRequest"];
            };
        };
        responses: {
            /** @description The wallet with its new metadata. */
            200: {
                headers: {
                    "X-Request-Id": components["headers"]["X-Request-Id"];
                    "X-Backend": components["headers"]["X-Backend"];
                    ETag: components["headers"]["ETag"];
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["CachedWalletResponse"];
                };
            };
            400: components["responses"]["MalformedJson"];
            401: components["responses"]["Unauthenticated"];
            403: components["responses"]["Forbidden"];
            404: components["responses"]["WalletNotFound"];
            412: components["responses"]["PreconditionFailed"];
            413: components["responses"]["PayloadTooLarge"];
            415: components["responses"]["UnsupportedMediaType"];
            422: components["responses"]["ValidationFailed"];
            500: components["responses"]["InternalError"];
            503: components["responses"]["StoreUnavailable"];
        };
    };
    deleteWallet: {
        parameters: {
            query?: {
                /**
                 * @description Cancel the wallet's open scheduled fundings instead of refusing.
                 * @example true
                 */
                force?: boolean;
            };
            header?: {
                /**
                 * @description ETags of the wallet, or `*`. Only the metadata version in them counts, so a refresh in between never causes a
                 *     412. Anything else, a weak ETag included, matches nothing: 412.
                 */
                "If-Match"?: components["parameters"]["IfMatch"];
            };
            path: {
                /**
                 * @description The wallet's address.
                 * @example 4xepF7h96rpVQpGkvbVSPBZigsMFs3Mszf2AbPxXodgf
                 */
                wallet_address: components["parameters"]["WalletAddress"];
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The wallet is gone. */
            204: {
                headers: {
                    "X-Request-Id": components["headers"]["X-Request-Id"];
                    "X-Backend": components["headers"]["X-Backend"];
                    [name: string]: unknown;
                };
                content?: never;
            };
            401: components["responses"]["Unauthenticated"];
            403: components["responses"]["Forbidden"];
            404: components["responses"]["WalletNotFound"];
            409: components["responses"]["OpenSchedules"];
            412: components["responses"]["PreconditionFailed"];
            422: components["responses"]["ValidationFailed"];
            500: components["responses"]["InternalError"];
            503: components["responses"]["StoreUnavailable"];
        };
    };
    refreshWallet: {
        parameters: {
            query?: never;
            header?: {
                /**
                 * @description A UUID that you make up for one intent, in lower case. The same key with the same body replays the first answer
                 *     for 24 hours; with another body it is a 409 `idempotency_key_reused`, and while the first request still runs
                 *     a 409 `idempotency_key_in_use`. Keys belong to one operation and one caller.
                 * @example 1e959494-f78f-4f78-a290-ff698030b506
                 */
                "Idempotency-Key"?: components["parameters"]["IdempotencyKey"];
            };
            path: {
                /**
                 * @description The wallet's address.
                 * @example 4xepF7h96rpVQpGkvbVSPBZigsMFs3Mszf2AbPxXodgf
                 */
                wallet_address: components["parameters"]["WalletAddress"];
            };
            cookie?: never;
        };
        requestBody?: {
            content: {
                "application/json": components["schemas"]["RefreshWalletRequest"];
            };
        };
        responses: {
            /** @description At least one part was read. */
            200: {
                headers: {
                    "X-Request-Id": components["headers"]["X-Request-Id"];
                    "X-Backend": components["headers"]["X-Backend"];
                    ETag: components["headers"]["ETag"];
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["RefreshWalletResponse"];
                };
            };
            400: components["responses"]["MalformedJson"];
            401: components["responses"]["Unauthenticated"];
            403: components["responses"]["Forbidden"];
            404: components["responses"]["WalletNotFound"];
            409: components["responses"]["IdempotencyConflict"];
            413: components["responses"]["PayloadTooLarge"];
            415: components["responses"]["UnsupportedMediaType"];
            422: components["responses"]["ValidationFailed"];
            429: components["responses"]["RefreshCooldown"];
            500: components["responses"]["InternalError"];
            502: components["responses"]["ChainUnavailable"];
            503: components["responses"]["StoreUnavailable"];
            504: components["responses"]["ChainTimeout"];
        };
    };
    getWalletHistory: {
        parameters: {
            query?: {
                /**
                 * @description The beginning of the range. Absent, it begins with the first that is kept. There is nothing in a range that
                 *     begins after its end.
                 * @example 2026-11-01T00:00:00Z
                 */
                from?: components["parameters"]["From"];
                /**
                 * @description The end of the range, included. Absent, it ends with the newest.
                 * @example 2026-11-22T16:10:00Z
                 */
                to?: components["parameters"]["To"];
                /**
                 * @description How many entries the answer has at most; a chart needs no more than it has pixels.
                 * @example 400
                 */
                max_points?: components["parameters"]["MaxPoints"];
            };
            header?: {
                /**
                 * @description ETags that you have a body for, or `*`. If one matches as a whole, the answer is a 304. Anything else matches
                 *     nothing and is ignored.
                 * @example "3.17.fff"
                 */
                "If-None-Match"?: components["parameters"]["IfNoneMatch"];
            };
            path: {
                /**
                 * @description The wallet's address.
                 * @example 4xepF7h96rpVQpGkvbVSPBZigsMFs3Mszf2AbPxXodgf
                 */
                wallet_address: components["parameters"]["WalletAddress"];
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The changes in the range, and the one in force at its beginning. */
            200: {
                headers: {
                    "X-Request-Id": components["headers"]["X-Request-Id"];
                    "X-Backend": components["headers"]["X-Backend"];
                    "Cache-Control": components["headers"]["Cache-Control"];
                    ETag: components["headers"]["ContentETag"];
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["WalletHistory"];
                };
            };
            304: components["responses"]["NotModified"];
            401: components["responses"]["Unauthenticated"];
            403: components["responses"]["Forbidden"];
            404: components["responses"]["WalletNotFound"];
            422: components["responses"]["ValidationFailed"];
            500: components["responses"]["InternalError"];
            503: components["responses"]["StoreUnavailable"];
        };
    };
    listWalletActivity: {
        parameters: {
            query?: {
                /**
                 * @description How many entries a page has at most.
                 * @example 20
                 */
                page_size?: components["parameters"]["PageSize"];
                /**
                 * @description `next_page_token` of the page before; absent for the first page. It is enough by itself: the other parameters
                 *     are those of the first page, and may be repeated. With others the answer is 400 `invalid_page_token`.
                 */
                page_token?: components["parameters"]["PageToken"];
            };
            header?: {
                /**
                 * @description ETags that you have a body for, or `*`. If one matches as a whole, the answer is a 304. Anything else matches
                 *     nothing and is ignored.
                 * @example "3.17.fff"
                 */
                "If-None-Match"?: components["parameters"]["IfNoneMatch"];
            };
            path: {
                /**
                 * @description The wallet's address.
                 * @example 4xepF7h96rpVQpGkvbVSPBZigsMFs3Mszf2AbPxXodgf
                 */
                wallet_address: components["parameters"]["WalletAddress"];
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description A page of transactions. */
            200: {
                headers: {
                    "X-Request-Id": components["headers"]["X-Request-Id"];
                    "X-Backend": components["headers"]["X-Backend"];
                    "Cache-Control": components["headers"]["Cache-Control"];
                    ETag: components["headers"]["ContentETag"];
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["WalletActivityPage"];
                };
            };
            304: components["responses"]["NotModified"];
            400: components["responses"]["InvalidPageToken"];
            401: components["responses"]["Unauthenticated"];
            403: components["responses"]["Forbidden"];
            404: components["responses"]["WalletNotFound"];
            422: components["responses"]["ValidationFailed"];
            500: components["responses"]["InternalError"];
            503: components["responses"]["StoreUnavailable"];
        };
    };
    getHealth: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Alive. */
            200: {
                headers: {
                    "X-Request-Id": components["headers"]["X-Request-Id"];
                    "X-Backend": components["headers"]["X-Backend"];
                    "Cache-Control": components["headers"]["Cache-Control"];
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["HealthStatus"];
                };
            };
            422: components["responses"]["ValidationFailed"];
        };
    };
    getReadiness: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Ready. */
            200: {
                headers: {
                    "X-Request-Id": components["headers"]["X-Request-Id"];
                    "X-Backend": components["headers"]["X-Backend"];
                    "Cache-Control": components["headers"]["Cache-Control"];
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ReadinessStatus"];
                };
            };
            422: components["responses"]["ValidationFailed"];
            500: components["responses"]["InternalError"];
            503: components["responses"]["StoreUnavailable"];
        };
    };
}

/** The data of each event of a stream, by operation. */
export interface eventData {
    streamRefreshEvents: {
        progress: components["schemas"]["RefreshOperation"];
        result: components["schemas"]["RefreshItemResult"];
        done: components["schemas"]["RefreshOperation"];
    };
}
