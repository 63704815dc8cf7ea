// Made from openapi.mock.yaml by generate.mjs; `make generate` makes it anew. Not edited by hand.

export interface paths {
    "/__mock__/world": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * The session's world
         * @description Which world the session has. Asking does not begin it.
         */
        get: operations["getWorld"];
        put?: never;
        /**
         * Begin another world
         * @description Gives the session another world: one that comes with the mock, or one described here; neither means the one that the
         *     server was started with. Everything written in the session is gone; its clock and its snapshots stay. The world
         *     itself is made at the session's next request.
         */
        post: operations["setWorld"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/__mock__/world/description": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * The session's state as a world
         * @description What the session has now, as the description of a world (YAML), to save to a file (`serve --world FILE`) or to give to
         *     another session: each wallet with its metadata, balance and tokens as last read, its open schedules and its launches. What the
         *     wallets held moves no more in that world; earlier history and the audit trail are not in it. Begins the world if it
         *     has not begun.
         */
        get: operations["describeWorld"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/__mock__/reset": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Begin the world anew
         * @description The session's world as it is at its clock's moment when nothing was done yet. Counters of `Prefer: fail` and the list
         *     of requests are emptied; clock and snapshots stay. Freeze the clock first for a world that is always the same.
         */
        post: operations["resetSession"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/__mock__/snapshots": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * The session's snapshots
         * @description All of them, oldest first.
         */
        get: operations["listSnapshots"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/__mock__/snapshots/{snapshot}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        /**
         * Take a snapshot
         * @description Keeps the session's world and clock as they are under a name; a snapshot of that name is replaced. At most 20 are kept; the oldest goes.
         */
        put: operations["saveSnapshot"];
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/__mock__/snapshots/{snapshot}/restore": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Go back to a snapshot
         * @description World and clock are as they were; the snapshot stays. A clock that ran goes on from the snapshot's distance to the system's time.
         */
        post: operations["restoreSnapshot"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/__mock__/clock": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * The session's clock
         * @description What time it is in the session.
         */
        get: operations["getClock"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/__mock__/clock/freeze": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Stop the clock
         * @description The clock stands still, at the moment given or at its own.
         */
        post: operations["freezeClock"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/__mock__/clock/move": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Move the clock
         * @description Forwards, or backwards with a negative number; a frozen clock stays frozen. It stops at the first day of 2022 and of 2100.
         */
        post: operations["moveClock"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/__mock__/clock/run": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Let the clock run
         * @description A frozen clock goes on from its moment.
         */
        post: operations["runClock"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/__mock__/clock/reset": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Back to the present
         * @description The clock shows the system's time again.
         */
        post: operations["resetClock"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/__mock__/answers": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * The session's armed answers
         * @description All of them, in the order in which they were armed, each with how often it was given.
         */
        get: operations["listArmedAnswers"];
        put?: never;
        /**
         * Arm an answer
         * @description From now on, requests of the session get this answer, where `operation` and `when` fit: a status of the contract with
         *     its example, a named example, a body of one's own, no answer at all, or the usual one with latency and headers. The
         *     request is not validated and nothing is done. Of several that fit, the one armed last decides; the longest latency
         *     counts. Without an operation it holds for all of the API (one that does not declare the status is left alone), but not
         *     for health and readiness. It goes when it was given `count` times, when it is removed, and when the session's
         *     world is reset or replaced. At most 100 are kept; the oldest goes.
         *
         *     What is armed is checked against the contract (400 `validation_failed`), unless `unchecked` says to lie on purpose.
         */
        post: operations["armAnswer"];
        /**
         * Remove all armed answers
         * @description The session answers as usual again. Doing it again changes nothing.
         */
        delete: operations["clearArmedAnswers"];
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/__mock__/answers/{answer_id}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        post?: never;
        /**
         * Remove an armed answer
         * @description It is not given any more. Doing it again changes nothing.
         */
        delete: operations["removeArmedAnswer"];
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/__mock__/requests": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * What the session was asked
         * @description The last 200 requests for operations of the API, newest first, with headers and bodies. Credentials are taken out, and
         *     so is whatever holds a private key or a recovery phrase. Bodies of more than 64 KiB are not kept, nor those of older
         *     requests when all together take more than 2 MiB. Of a request that was refused as invalid, its path's values and its
         *     query are not kept.
         */
        get: operations["listServedRequests"];
        put?: never;
        post?: never;
        /**
         * Forget what the session was asked
         * @description The list begins anew. Doing it again changes nothing.
         */
        delete: operations["clearServedRequests"];
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/__mock__/requests/events": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Follow what the session is asked
         * @description Server-Sent Events: `request` for each request when it was answered, with the same data as the list. Ids count a session's
         *     requests; `Last-Event-ID` sends first what is kept since then. The stream closes after a maximum time (a setting, 15
         *     minutes): connect again.
         */
        get: operations["streamServedRequests"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/__mock__/requests/verify": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Count what the session was asked
         * @description How many of the kept requests are such, and whether that is as many as expected: `exactly`, `at_least` or `at_most`;
         *     with none of them at least one is.
         */
        post: operations["verifyServedRequests"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/__mock__/sessions": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * All sessions
         * @description Those with a name, used least recently first.
         */
        get: operations["listSessions"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/__mock__/sessions/{session}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        post?: never;
        /**
         * Drop a session
         * @description Everything of it is gone; its next request begins it anew. Doing it again changes nothing.
         */
        delete: operations["deleteSession"];
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
         * @description Letters, digits, dots, dashes and underscores.
         * @example checkout-test-3
         */
        SessionName: string;
        /**
         * @description Letters, digits, dashes and underscores.
         * @example before_checkout
         */
        SnapshotName: string;
        /**
         * Format: date-time
         * @description An instant in UTC with exactly three decimals, such as `2026-11-22T16:10:00.000Z`.
         * @example 2026-11-22T16:10:00.000Z
         */
        Timestamp: `${number}-${number}-${number}T${number}:${number}:${number}Z`;
        /**
         * Format: date-time
         * @description An instant in UTC between the years 2022 and 2099 (`Z`, no other offset), with at most three decimals.
         * @example 2026-11-22T16:10:00Z
         */
        RequestTimestamp: string;
        /** @description A share of the wallets, in per cent. */
        Percent: number;
        /**
         * @description A world that comes with the mock. `default`: 50 wallets in every state. `empty`: none. `whale`: 10,000 wallets,
         *     one of them with 10,000 holdings. `stale`: every reading is old. `rpc-down`: refreshes fail. `partial`: parts
         *     of refreshes fail. `rate-limited`: many fail, and trying again helps. `slow`: the chain and
         *     every answer take their time. `progress`: refreshing all takes about ten seconds, with progress to show.
         * @enum {string}
         */
        WorldName: "default" | "empty" | "whale" | "stale" | "rpc-down" | "partial" | "rate-limited" | "slow" | "progress";
        /**
         * @description A JSON-RPC method of a Solana node.
         * @enum {string}
         */
        RpcMethod: "getGenesisHash" | "getMultipleAccounts" | "getTokenAccountsByOwner" | "getSignaturesForAddress" | "getTransaction";
        /**
         * @description How an RPC request fails: HTTP 503, an answer that is a JSON-RPC error, no answer, HTTP 504 in place of one, HTTP 429. Or,
         *     `late`, not at all: it is answered when the fault has ended; one without an end delays nothing.
         * @enum {string}
         */
        FaultKind: "unavailable" | "refused" | "timeout" | "gateway_timeout" | "rate_limited" | "late";
        /** @description RPC requests that fail. */
        Fault: {
            failure: components["schemas"]["FaultKind"];
            /**
             * @description For how many of the addresses (and signatures) asked for, in per cent.
             * @default 100
             */
            percent?: number;
            /** @description Only requests of these methods; absent for all. */
            methods?: components["schemas"]["RpcMethod"][];
            /**
             * @description True for always the same addresses; false for others every five seconds, so that trying again helps.
             * @default true
             */
            lasting?: boolean;
            /** @description From this moment on, by the world's clock; absent for from its beginning. */
            since?: components["schemas"]["RequestTimestamp"];
            /** @description Up to this moment; absent for without an end. */
            until?: components["schemas"]["RequestTimestamp"];
        };
        /**
         * @description In which state the wallets' readings are, as weights: `stale: 1, fresh: 3` makes every fourth one stale. What is
         *     absent counts nothing; all nothing means all fresh.
         */
        FreshnessWeights: {
            /** @description Read within the cache's lifetime. */
            fresh?: components["schemas"]["Percent"];
            /** @description Read longer ago. */
            stale?: components["schemas"]["Percent"];
            /** @description The last reading failed. */
            failing?: components["schemas"]["Percent"];
            /** @description Never read. */
            never?: components["schemas"]["Percent"];
        };
        /** @description Which wallets have scheduled fundings, in per cent of the wallets. */
        ScheduleShares: {
            /**
             * @description Due in the days to come.
             * @default 25
             */
            open?: number;
            /**
             * @description Open, and past their time.
             * @default 10
             */
            overdue?: number;
            /**
             * @description Found paid by a refresh (of the wallets that were read and have a transfer to show).
             * @default 20
             */
            completed?: number;
            /**
             * @description Given up.
             * @default 10
             */
            cancelled?: number;
        };
        /**
         * @description A wallet of your own. Without a balance and tokens it holds and does what the seed says of its address; with one of them it
         *     holds exactly that, for ever, and has no history.
         */
        NamedWallet: {
            address: components["schemas"]["NamedAddress"];
            /**
             * @description Whether it is one of the world's wallets; if not, it is only on the chain, and somebody may register it.
             * @default true
             */
            registered?: boolean;
            /** @description A short name. */
            label?: string;
            /** @description Free text. */
            notes?: string;
            /** @description Its tags. */
            tags?: string[];
            /**
             * @description A status set by hand.
             * @enum {string}
             */
            status_override?: "UNFUNDED" | "FUNDED" | "LAUNCHED" | "ARCHIVED";
            /**
             * @description How fresh its reading is.
             * @default fresh
             * @enum {string}
             */
            state?: "never" | "stale" | "fresh";
            /**
             * @description What it holds, in SOL.
             * @example 2.5
             */
            balance_sol?: string;
            /** @description Its tokens; of two with the same mint the last counts. */
            tokens?: components["schemas"]["NamedToken"][];
            /** @description Its open schedules. */
            schedules?: components["schemas"]["NamedSchedule"][];
            /** @description What it launched; one for each mint. */
            launches?: components["schemas"]["NamedLaunch"][];
        };
        /**
         * Format: solana-address
         * @description A Solana address, 32 bytes in base58.
         * @example 7YttLkHDoNj9wyDur5pM1ejNaAvT9X4eqaYcHQqtj2G5
         */
        NamedAddress: string;
        /** @description A token that a wallet holds. */
        NamedToken: {
            mint_address: components["schemas"]["NamedAddress"];
            /**
             * @description How many raw units; more than 64 bits hold count as that.
             * @example 1250000000000
             */
            amount: string;
            /**
             * @description Decimal places of the mint; that of its last mention counts for all.
             * @default 6
             */
            decimals?: number;
            /**
             * @description The program that the mint belongs to.
             * @default spl-token
             * @enum {string}
             */
            token_program?: "spl-token" | "token-2022";
            /**
             * @description In how many token accounts of the wallet they lie, about as many in each.
             * @default 1
             */
            token_accounts?: number;
            /**
             * @description Whether these accounts are frozen. What they hold is the wallet's all the same.
             * @default false
             */
            frozen?: boolean;
            /** @description The mint's name; absent for none. */
            name?: string;
            /** @description The mint's ticker; absent for none. */
            ticker?: string;
        };
        /** @description A scheduled funding that is open. */
        NamedSchedule: {
            /**
             * @description How much, in SOL.
             * @example 1.5
             */
            amount_sol: string;
            /** @description When it is due. */
            scheduled_for: components["schemas"]["RequestTimestamp"];
            /** @description A remark. */
            note?: string;
        };
        /** @description A launch that was recorded. */
        NamedLaunch: {
            mint_address: components["schemas"]["NamedAddress"];
            /** @description The token's name. */
            token_name: string;
            /** @description The token's ticker. */
            token_ticker: string;
            /** @description When it was launched. */
            launched_at: components["schemas"]["RequestTimestamp"];
        };
        /** @description What happens to all answers of the API, also to those that never ask the chain. */
        AnswerFaults: {
            /**
             * @description How long each answer takes at least, in milliseconds.
             * @default 0
             */
            latency_ms?: number;
            /**
             * @description How long it takes at most, where that is more; each somewhere between.
             * @default 0
             */
            latency_max_ms?: number;
            /**
             * @description How many requests are answered with 503, in per cent.
             * @default 0
             */
            fail_percent?: number;
        };
        /**
         * @description A world, said in a few words. This is also what a world's file (`--world FILE.yaml`) holds. Everything has a
         *     default; the defaults together are the world `default`.
         */
        WorldDescription: {
            /**
             * @description What the world is called; a file's name without its ending unless given.
             * @example flaky
             */
            name?: string;
            /** @description What it is good for, in a sentence. */
            summary?: string;
            /**
             * @description How many wallets are registered at the beginning.
             * @default 50
             */
            wallets?: number;
            /**
             * @description How many token holdings the first wallet has besides those of its life; 0 for no whale.
             * @default 0
             */
            whale_tokens?: number;
            /**
             * @description How many changes the history of the second wallet has, each found by a refresh; 0 for the usual past.
             * @default 0
             */
            whale_changes?: number;
            freshness?: components["schemas"]["FreshnessWeights"];
            /**
             * @description Wallets with a label, in per cent.
             * @default 85
             */
            labelled_percent?: number;
            /**
             * @description Wallets with notes, in per cent.
             * @default 35
             */
            noted_percent?: number;
            /**
             * @description Wallets whose status somebody set by hand, in per cent.
             * @default 8
             */
            overridden_percent?: number;
            /**
             * @description Wallets with launches, in per cent.
             * @default 30
             */
            launching_percent?: number;
            schedules?: components["schemas"]["ScheduleShares"];
            /**
             * @description How long an RPC request takes, in milliseconds. A refresh makes several.
             * @default 0
             */
            latency_ms?: number;
            answers?: components["schemas"]["AnswerFaults"];
            /** @description Wallets of your own, beside the seeded ones. Of two with the same address the last counts. */
            named?: components["schemas"]["NamedWallet"][];
            /** @description What fails. The first that fits a request decides. */
            faults?: components["schemas"]["Fault"][];
        };
        /** @description Which world, by name or by description, not both; neither for the one of the server's start. */
        SetWorldRequest: {
            world?: components["schemas"]["WorldName"];
            description?: components["schemas"]["WorldDescription"];
            /** @description Another seed than the one the server was started with. */
            seed?: number;
        };
        /** @description A session's world. */
        World: {
            /** @description What it is called. */
            name: string;
            /** @description What it is good for. */
            summary: string | null;
            /** @description The session whose world it is; null for the one of all requests that name none. */
            session: components["schemas"]["SessionName"] | null;
            /** @description What it was made from. */
            seed: number;
            /** @description How many wallets it begins with. */
            wallets: number;
            /** @description The moment as of which it was made; null until the first request makes it. */
            begun_at: components["schemas"]["Timestamp"] | null;
        };
        /** @description A session's time. */
        Clock: {
            /** @description What time it is. */
            now: components["schemas"]["Timestamp"];
            /** @description Whether it stands still. */
            frozen: boolean;
        };
        /** @description Where to stop the clock. */
        FreezeClockRequest: {
            /** @description The moment; absent for the one it shows. */
            at?: components["schemas"]["RequestTimestamp"];
        };
        /** @description How far to move the clock. */
        MoveClockRequest: {
            /** @description How far, at most ten years of 365 days; backwards if negative. */
            seconds: number;
        };
        /** @description A moment of a session that was kept. */
        Snapshot: {
            name: components["schemas"]["SnapshotName"];
            /** @description When it was taken, by the session's clock. */
            taken_at: components["schemas"]["Timestamp"];
        };
        /** @description The snapshots of a session. */
        SnapshotList: {
            items: components["schemas"]["Snapshot"][];
        };
        /** @description A request that was answered. */
        ServedRequest: {
            /** @description The value of `X-Request-Id`. */
            request_id: string;
            /** @description The contract's name of the operation. */
            operation: string;
            /** @description The HTTP method. */
            method: string;
            /** @description The path as it was sent, percent-encoded. */
            path: string;
            /** @description The query as it was sent, without its question mark; empty if there was none. */
            query: string;
            /** @description The status of the answer; null if the connection was dropped. */
            status: number | null;
            /** @description How long the answer took. */
            milliseconds: number;
            /** @description The mock's directives in `Prefer` that were honoured, by name. */
            preferences: string[];
            /** @description The id of the armed answer that it got; null where none was. */
            armed: string | null;
            request_headers: components["schemas"]["KeptHeaders"];
            /** @description The body as text; null if there was none, or it is not kept. */
            request_body: string | null;
            response_headers: components["schemas"]["KeptHeaders"];
            /** @description The answer's body as text; null if there was none, or it is not kept. */
            response_body: string | null;
            /** @description When it was answered, by the session's clock. */
            served_at: components["schemas"]["Timestamp"];
        };
        /** @description Headers by their names in lower case; `removed` in place of a credential. */
        KeptHeaders: {
            [key: string]: string;
        };
        /** @description Which requests to count, and how many there should be. */
        VerifyRequest: {
            /** @description The contract's name of the operation; absent for any. */
            operation?: string;
            /** @description The status of the answer; absent for any. */
            status?: number;
            /** @description The whole path as it was sent; absent for any. */
            path?: string;
            /** @description Parameters in the query, by name, as text. */
            query?: {
                [key: string]: string;
            };
            /** @description Members of the body, each equal to this value. */
            body?: Record<string, unknown>;
            /** @description How many there should be. */
            exactly?: number;
            /** @description How many there should be at least. */
            at_least?: number;
            /** @description How many there should be at most. */
            at_most?: number;
        };
        /** @description How many requests are such. */
        Verification: {
            /** @description Whether that is as many as expected. */
            verified: boolean;
            /** @description How many there are. */
            count: number;
            /** @description The same as a sentence, for a failing test's message. */
            detail: string;
        };
        /** @description What a session was asked. */
        ServedRequestList: {
            items: components["schemas"]["ServedRequest"][];
        };
        /** @description A session. */
        SessionInfo: {
            name: components["schemas"]["SessionName"];
            /** @description The name of its world. */
            world: string;
            /** @description How long ago it was used. */
            idle_seconds: number;
            /** @description How many requests its list holds. */
            requests: number;
        };
        /** @description All sessions with a name. */
        SessionList: {
            items: components["schemas"]["SessionInfo"][];
        };
        /**
         * @description Names an armed answer within its session.
         * @example answer-1
         */
        AnswerId: `answer-${number}`;
        /** @description What a request has to have; everything named here. */
        AnswerConditions: {
            /** @description Parameters in the path, by name, as text. */
            path?: {
                [key: string]: string;
            };
            /** @description Parameters in the query, by name, as text; of one that comes several times, any. */
            query?: {
                [key: string]: string;
            };
            /** @description Members of the body, each equal to this value. */
            body?: Record<string, unknown>;
        };
        /** @description An answer, and which requests get it. */
        ArmAnswerRequest: {
            /**
             * @description The contract's name of the operation; absent for all.
             * @example getHealth
             */
            operation?: string;
            when?: components["schemas"]["AnswerConditions"];
            /**
             * @description A status that the operation declares; absent with a named example for the example's own, else for the usual answer.
             * @example 503
             */
            status?: number;
            /**
             * @description One of the contract's examples of that status, or of the successes; absent for the first.
             * @example default
             */
            example?: string;
            /** @description The answer's body, in place of an example. Needs a status. */
            body?: unknown;
            /**
             * @description Give an answer that breaks the contract - an undeclared status, a body that is not its schema.
             * @default false
             */
            unchecked?: boolean;
            /**
             * @description Headers of the answer, beside or in place of its own; but not those that the server gives to each
             *     (Connection, Content-Length, Date, Transfer-Encoding, X-Backend, X-Request-Id).
             */
            headers?: {
                [key: string]: string;
            };
            /** @description How long to wait before answering, in milliseconds; the least where `latency_max_ms` is larger. */
            latency_ms?: number;
            /** @description The longest wait; each request waits somewhere between. */
            latency_max_ms?: number;
            /**
             * @description Close the connection without an answer.
             * @default false
             */
            drop?: boolean;
            /**
             * @description Close the connection in the middle of the answer's body.
             * @default false
             */
            break_off?: boolean;
            /**
             * @description How many of the requests that fit get it, in per cent; which ones follows from the seed.
             * @default 100
             */
            percent?: number;
            /** @description How often it is given before it goes; absent for always. */
            count?: number;
        };
        /** @description An answer that is armed. */
        ArmedAnswer: {
            answer_id: components["schemas"]["AnswerId"];
            /** @description The operation; null for all. */
            operation: string | null;
            /** @description The status; null for the usual answer. */
            status: number | null;
            /** @description How many requests get it, in per cent. */
            percent: number;
            /** @description How often it is given in all; null for always. */
            count: number | null;
            /** @description The shortest wait, in milliseconds. */
            latency_ms: number;
            /** @description How often it was given. */
            given: number;
        };
        /** @description The armed answers of a session. */
        ArmedAnswerList: {
            items: components["schemas"]["ArmedAnswer"][];
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
        /** @description One thing that is wrong with a request. */
        ProblemError: {
            /** @description A JSON Pointer into the request seen as `{path, query, header, body}`. */
            where: string;
            rule: components["schemas"]["ProblemRule"];
            /** @description What is allowed there, in words. */
            expected: string;
            /** @description What came, shortened; null if nothing did or it must not be repeated. */
            got: string | null;
        };
        /** @description A problem as of RFC 9457, like those of the API itself. */
        Problem: {
            /** @description Names the kind of problem; `urn:problem-type:` and the code. */
            type: string;
            /** @description A sentence fit to show. */
            title: string;
            /** @description The HTTP status, repeated. */
            status: number;
            /** @description What happened this time. */
            detail: string;
            /**
             * @description One of the API's problem codes.
             * @enum {string}
             */
            code: "malformed_json" | "forbidden" | "route_not_found" | "payload_too_large" | "unsupported_media_type" | "validation_failed" | "internal_error";
            /** @description The value of `X-Request-Id`. */
            request_id: string;
            /** @description Whether the same request can work later, unchanged. */
            retryable: boolean;
            /** @description What is wrong, one entry each, where the request is at fault; otherwise empty. */
            errors: components["schemas"]["ProblemError"][];
        };
    };
    responses: {
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
        /** @description The body is not JSON, or the answer is not one that the contract declares. */
        AnswerRefused: {
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
                    code?: "malformed_json" | "validation_failed";
                };
            };
        };
        /** @description The page, or the host name, is not one that may control the mock. */
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
        /** @description The session has no snapshot of that name. */
        NoSuchSnapshot: {
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
        /** @description The body is not declared as JSON. */
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
        /** @description The request does not fit this description. */
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
        /** @description A defect of the mock. */
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
    };
    parameters: {
        /** @description The session meant; without it, the one of all requests that name none. */
        Session: components["schemas"]["SessionName"];
        /** @description The session's name. */
        SessionInPath: components["schemas"]["SessionName"];
        /** @description The snapshot's name. */
        Snapshot: components["schemas"]["SnapshotName"];
        /** @description Only requests for this operation. */
        OfOperation: string;
        /** @description The armed answer. */
        AnswerId: components["schemas"]["AnswerId"];
    };
    requestBodies: never;
    headers: {
        /**
         * @description Names this request in the logs.
         * @example req_5246065af1d30c843599df28f9ed3b5f
         */
        "X-Request-Id": string;
        /**
         * @description Always `mock`.
         * @example mock
         */
        "X-Backend": "mock";
        /**
         * @description Answers are for the caller alone, and are to be checked before they are used again.
         * @example private, no-cache
         */
        "Cache-Control": "private, no-cache";
    };
    pathItems: never;
}
export type $defs = Record<string, never>;
export interface operations {
    getWorld: {
        parameters: {
            query?: never;
            header?: {
                /** @description The session meant; without it, the one of all requests that name none. */
                "X-Mock-Session"?: components["parameters"]["Session"];
            };
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The world. */
            200: {
                headers: {
                    "X-Request-Id": components["headers"]["X-Request-Id"];
                    "X-Backend": components["headers"]["X-Backend"];
                    "Cache-Control": components["headers"]["Cache-Control"];
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["World"];
                };
            };
            403: components["responses"]["Forbidden"];
            422: components["responses"]["ValidationFailed"];
            500: components["responses"]["InternalError"];
        };
    };
    setWorld: {
        parameters: {
            query?: never;
            header?: {
                /** @description The session meant; without it, the one of all requests that name none. */
                "X-Mock-Session"?: components["parameters"]["Session"];
            };
            path?: never;
            cookie?: never;
        };
        requestBody?: {
            content: {
                "application/json": components["schemas"]["SetWorldRequest"];
            };
        };
        responses: {
            /** @description The world that begins. */
            200: {
                headers: {
                    "X-Request-Id": components["headers"]["X-Request-Id"];
                    "X-Backend": components["headers"]["X-Backend"];
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["World"];
                };
            };
            400: components["responses"]["MalformedJson"];
            403: components["responses"]["Forbidden"];
            413: components["responses"]["PayloadTooLarge"];
            415: components["responses"]["UnsupportedMediaType"];
            422: components["responses"]["ValidationFailed"];
            500: components["responses"]["InternalError"];
        };
    };
    describeWorld: {
        parameters: {
            query?: never;
            header?: {
                /** @description The session meant; without it, the one of all requests that name none. */
                "X-Mock-Session"?: components["parameters"]["Session"];
            };
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The description. */
            200: {
                headers: {
                    "X-Request-Id": components["headers"]["X-Request-Id"];
                    "X-Backend": components["headers"]["X-Backend"];
                    "Cache-Control": components["headers"]["Cache-Control"];
                    [name: string]: unknown;
                };
                content: {
                    "application/yaml": string;
                };
            };
            403: components["responses"]["Forbidden"];
            422: components["responses"]["ValidationFailed"];
            500: components["responses"]["InternalError"];
        };
    };
    resetSession: {
        parameters: {
            query?: never;
            header?: {
                /** @description The session meant; without it, the one of all requests that name none. */
                "X-Mock-Session"?: components["parameters"]["Session"];
            };
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The world that begins anew. */
            200: {
                headers: {
                    "X-Request-Id": components["headers"]["X-Request-Id"];
                    "X-Backend": components["headers"]["X-Backend"];
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["World"];
                };
            };
            403: components["responses"]["Forbidden"];
            422: components["responses"]["ValidationFailed"];
            500: components["responses"]["InternalError"];
        };
    };
    listSnapshots: {
        parameters: {
            query?: never;
            header?: {
                /** @description The session meant; without it, the one of all requests that name none. */
                "X-Mock-Session"?: components["parameters"]["Session"];
            };
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The snapshots. */
            200: {
                headers: {
                    "X-Request-Id": components["headers"]["X-Request-Id"];
                    "X-Backend": components["headers"]["X-Backend"];
                    "Cache-Control": components["headers"]["Cache-Control"];
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["SnapshotList"];
                };
            };
            403: components["responses"]["Forbidden"];
            422: components["responses"]["ValidationFailed"];
            500: components["responses"]["InternalError"];
        };
    };
    saveSnapshot: {
        parameters: {
            query?: never;
            header?: {
                /** @description The session meant; without it, the one of all requests that name none. */
                "X-Mock-Session"?: components["parameters"]["Session"];
            };
            path: {
                /** @description The snapshot's name. */
                snapshot: components["parameters"]["Snapshot"];
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The snapshot was taken. */
            200: {
                headers: {
                    "X-Request-Id": components["headers"]["X-Request-Id"];
                    "X-Backend": components["headers"]["X-Backend"];
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Snapshot"];
                };
            };
            403: components["responses"]["Forbidden"];
            422: components["responses"]["ValidationFailed"];
            500: components["responses"]["InternalError"];
        };
    };
    restoreSnapshot: {
        parameters: {
            query?: never;
            header?: {
                /** @description The session meant; without it, the one of all requests that name none. */
                "X-Mock-Session"?: components["parameters"]["Session"];
            };
            path: {
                /** @description The snapshot's name. */
                snapshot: components["parameters"]["Snapshot"];
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The world that is back. */
            200: {
                headers: {
                    "X-Request-Id": components["headers"]["X-Request-Id"];
                    "X-Backend": components["headers"]["X-Backend"];
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["World"];
                };
            };
            403: components["responses"]["Forbidden"];
            404: components["responses"]["NoSuchSnapshot"];
            422: components["responses"]["ValidationFailed"];
            500: components["responses"]["InternalError"];
        };
    };
    getClock: {
        parameters: {
            query?: never;
            header?: {
                /** @description The session meant; without it, the one of all requests that name none. */
                "X-Mock-Session"?: components["parameters"]["Session"];
            };
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The clock. */
            200: {
                headers: {
                    "X-Request-Id": components["headers"]["X-Request-Id"];
                    "X-Backend": components["headers"]["X-Backend"];
                    "Cache-Control": components["headers"]["Cache-Control"];
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Clock"];
                };
            };
            403: components["responses"]["Forbidden"];
            422: components["responses"]["ValidationFailed"];
            500: components["responses"]["InternalError"];
        };
    };
    freezeClock: {
        parameters: {
            query?: never;
            header?: {
                /** @description The session meant; without it, the one of all requests that name none. */
                "X-Mock-Session"?: components["parameters"]["Session"];
            };
            path?: never;
            cookie?: never;
        };
        requestBody?: {
            content: {
                "application/json": components["schemas"]["FreezeClockRequest"];
            };
        };
        responses: {
            /** @description The clock. */
            200: {
                headers: {
                    "X-Request-Id": components["headers"]["X-Request-Id"];
                    "X-Backend": components["headers"]["X-Backend"];
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Clock"];
                };
            };
            400: components["responses"]["MalformedJson"];
            403: components["responses"]["Forbidden"];
            413: components["responses"]["PayloadTooLarge"];
            415: components["responses"]["UnsupportedMediaType"];
            422: components["responses"]["ValidationFailed"];
            500: components["responses"]["InternalError"];
        };
    };
    moveClock: {
        parameters: {
            query?: never;
            header?: {
                /** @description The session meant; without it, the one of all requests that name none. */
                "X-Mock-Session"?: components["parameters"]["Session"];
            };
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["MoveClockRequest"];
            };
        };
        responses: {
            /** @description The clock. */
            200: {
                headers: {
                    "X-Request-Id": components["headers"]["X-Request-Id"];
                    "X-Backend": components["headers"]["X-Backend"];
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Clock"];
                };
            };
            400: components["responses"]["MalformedJson"];
            403: components["responses"]["Forbidden"];
            413: components["responses"]["PayloadTooLarge"];
            415: components["responses"]["UnsupportedMediaType"];
            422: components["responses"]["ValidationFailed"];
            500: components["responses"]["InternalError"];
        };
    };
    runClock: {
        parameters: {
            query?: never;
            header?: {
                /** @description The session meant; without it, the one of all requests that name none. */
                "X-Mock-Session"?: components["parameters"]["Session"];
            };
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The clock. */
            200: {
                headers: {
                    "X-Request-Id": components["headers"]["X-Request-Id"];
                    "X-Backend": components["headers"]["X-Backend"];
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Clock"];
                };
            };
            403: components["responses"]["Forbidden"];
            422: components["responses"]["ValidationFailed"];
            500: components["responses"]["InternalError"];
        };
    };
    resetClock: {
        parameters: {
            query?: never;
            header?: {
                /** @description The session meant; without it, the one of all requests that name none. */
                "X-Mock-Session"?: components["parameters"]["Session"];
            };
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The clock. */
            200: {
                headers: {
                    "X-Request-Id": components["headers"]["X-Request-Id"];
                    "X-Backend": components["headers"]["X-Backend"];
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Clock"];
                };
            };
            403: components["responses"]["Forbidden"];
            422: components["responses"]["ValidationFailed"];
            500: components["responses"]["InternalError"];
        };
    };
    listArmedAnswers: {
        parameters: {
            query?: never;
            header?: {
                /** @description The session meant; without it, the one of all requests that name none. */
                "X-Mock-Session"?: components["parameters"]["Session"];
            };
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The armed answers. */
            200: {
                headers: {
                    "X-Request-Id": components["headers"]["X-Request-Id"];
                    "X-Backend": components["headers"]["X-Backend"];
                    "Cache-Control": components["headers"]["Cache-Control"];
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ArmedAnswerList"];
                };
            };
            403: components["responses"]["Forbidden"];
            422: components["responses"]["ValidationFailed"];
            500: components["responses"]["InternalError"];
        };
    };
    armAnswer: {
        parameters: {
            query?: never;
            header?: {
                /** @description The session meant; without it, the one of all requests that name none. */
                "X-Mock-Session"?: components["parameters"]["Session"];
            };
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["ArmAnswerRequest"];
            };
        };
        responses: {
            /** @description It is armed. */
            201: {
                headers: {
                    "X-Request-Id": components["headers"]["X-Request-Id"];
                    "X-Backend": components["headers"]["X-Backend"];
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ArmedAnswer"];
                };
            };
            400: components["responses"]["AnswerRefused"];
            403: components["responses"]["Forbidden"];
            413: components["responses"]["PayloadTooLarge"];
            415: components["responses"]["UnsupportedMediaType"];
            422: components["responses"]["ValidationFailed"];
            500: components["responses"]["InternalError"];
        };
    };
    clearArmedAnswers: {
        parameters: {
            query?: never;
            header?: {
                /** @description The session meant; without it, the one of all requests that name none. */
                "X-Mock-Session"?: components["parameters"]["Session"];
            };
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Removed. */
            204: {
                headers: {
                    "X-Request-Id": components["headers"]["X-Request-Id"];
                    "X-Backend": components["headers"]["X-Backend"];
                    [name: string]: unknown;
                };
                content?: never;
            };
            403: components["responses"]["Forbidden"];
            422: components["responses"]["ValidationFailed"];
            500: components["responses"]["InternalError"];
        };
    };
    removeArmedAnswer: {
        parameters: {
            query?: never;
            header?: {
                /** @description The session meant; without it, the one of all requests that name none. */
                "X-Mock-Session"?: components["parameters"]["Session"];
            };
            path: {
                /** @description The armed answer. */
                answer_id: components["parameters"]["AnswerId"];
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Removed. */
            204: {
                headers: {
                    "X-Request-Id": components["headers"]["X-Request-Id"];
                    "X-Backend": components["headers"]["X-Backend"];
                    [name: string]: unknown;
                };
                content?: never;
            };
            403: components["responses"]["Forbidden"];
            422: components["responses"]["ValidationFailed"];
            500: components["responses"]["InternalError"];
        };
    };
    listServedRequests: {
        parameters: {
            query?: {
                /** @description Only requests for this operation. */
                operation?: components["parameters"]["OfOperation"];
                /** @description Only those answered with this status. */
                status?: number;
                /** @description Only those whose path begins so. */
                path?: string;
                /** @description Only those answered at this moment of the session's clock or later. */
                since?: components["schemas"]["RequestTimestamp"];
            };
            header?: {
                /** @description The session meant; without it, the one of all requests that name none. */
                "X-Mock-Session"?: components["parameters"]["Session"];
            };
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The requests. */
            200: {
                headers: {
                    "X-Request-Id": components["headers"]["X-Request-Id"];
                    "X-Backend": components["headers"]["X-Backend"];
                    "Cache-Control": components["headers"]["Cache-Control"];
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ServedRequestList"];
                };
            };
            403: components["responses"]["Forbidden"];
            422: components["responses"]["ValidationFailed"];
            500: components["responses"]["InternalError"];
        };
    };
    clearServedRequests: {
        parameters: {
            query?: never;
            header?: {
                /** @description The session meant; without it, the one of all requests that name none. */
                "X-Mock-Session"?: components["parameters"]["Session"];
            };
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Forgotten. */
            204: {
                headers: {
                    "X-Request-Id": components["headers"]["X-Request-Id"];
                    "X-Backend": components["headers"]["X-Backend"];
                    [name: string]: unknown;
                };
                content?: never;
            };
            403: components["responses"]["Forbidden"];
            422: components["responses"]["ValidationFailed"];
            500: components["responses"]["InternalError"];
        };
    };
    streamServedRequests: {
        parameters: {
            query?: never;
            header?: {
                /** @description The session meant; without it, the one of all requests that name none. */
                "X-Mock-Session"?: components["parameters"]["Session"];
                /** @description The id of the last event that was received. */
                "Last-Event-ID"?: string;
            };
            path?: never;
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
            403: components["responses"]["Forbidden"];
            422: components["responses"]["ValidationFailed"];
            500: components["responses"]["InternalError"];
        };
    };
    verifyServedRequests: {
        parameters: {
            query?: never;
            header?: {
                /** @description The session meant; without it, the one of all requests that name none. */
                "X-Mock-Session"?: components["parameters"]["Session"];
            };
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["VerifyRequest"];
            };
        };
        responses: {
            /** @description The count. */
            200: {
                headers: {
                    "X-Request-Id": components["headers"]["X-Request-Id"];
                    "X-Backend": components["headers"]["X-Backend"];
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Verification"];
                };
            };
            400: components["responses"]["MalformedJson"];
            403: components["responses"]["Forbidden"];
            413: components["responses"]["PayloadTooLarge"];
            415: components["responses"]["UnsupportedMediaType"];
            422: components["responses"]["ValidationFailed"];
            500: components["responses"]["InternalError"];
        };
    };
    listSessions: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The sessions. */
            200: {
                headers: {
                    "X-Request-Id": components["headers"]["X-Request-Id"];
                    "X-Backend": components["headers"]["X-Backend"];
                    "Cache-Control": components["headers"]["Cache-Control"];
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["SessionList"];
                };
            };
            403: components["responses"]["Forbidden"];
            422: components["responses"]["ValidationFailed"];
            500: components["responses"]["InternalError"];
        };
    };
    deleteSession: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @description The session's name. */
                session: components["parameters"]["SessionInPath"];
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description There is no such session. */
            204: {
                headers: {
                    "X-Request-Id": components["headers"]["X-Request-Id"];
                    "X-Backend": components["headers"]["X-Backend"];
                    [name: string]: unknown;
                };
                content?: never;
            };
            403: components["responses"]["Forbidden"];
            422: components["responses"]["ValidationFailed"];
            500: components["responses"]["InternalError"];
        };
    };
}

/** The data of each event of a stream, by operation. */
export interface eventData {
    streamServedRequests: {
        request: components["schemas"]["ServedRequest"];
    };
}
