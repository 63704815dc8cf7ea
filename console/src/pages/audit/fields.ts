import { text } from "../../app/fields";

/** The trail's filters, as they stand in the URL. */
export const FIELDS = { subject: text(64) };
