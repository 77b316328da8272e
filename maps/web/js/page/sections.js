/** The drawer's sections, in their order. */

import { compareButton } from "../land/compare.js";
import { exposes } from "../land/handout.js";
import { facts, summary } from "../land/plot_facts.js";
import { inquiries } from "../land/plot_inquiries.js";
import { reservations } from "../land/reservations.js";
import { surroundings } from "../land/surroundings.js";
import { addAttachments, attachments } from "../records/attachments.js";
import { contact } from "../records/contact_section.js";
import { plotActions, recordActions } from "../records/edit_panel.js";
import { history } from "../records/history.js";
import { memos } from "../records/memos.js";
import { record } from "../records/record_section.js";
import { watchPlot, watchRecord } from "../people/watching.js";
import { SECTIONS } from "./detail.js";

/** Register all sections. What they need of the page's texts and layers must be known. */
export function addSections() {
    SECTIONS["plots"]?.push(summary, exposes, watchPlot, compareButton, plotActions, attachments, reservations, ...facts, contact, ...surroundings, inquiries, memos, addAttachments, history);
    SECTIONS["record"]?.push(recordActions, watchRecord, attachments, record, contact, memos, addAttachments, history);
}
