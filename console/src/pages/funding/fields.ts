import type { Schemas } from "../../app/api";
import { choice, text } from "../../app/fields";

export const STATUSES = ["SCHEDULED", "COMPLETED", "CANCELLED"] as const satisfies readonly Schemas["ScheduleStatus"][];
export const STATUS_NAMES = { SCHEDULED: "Open", COMPLETED: "Completed", CANCELLED: "Cancelled" } as const;

/** The list's view, as it stands in the URL. */
export const FIELDS = { status: choice(STATUSES, "SCHEDULED"), wallet: text(44) };
