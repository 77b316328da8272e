/** Defines the elements `calendar-date` and `calendar-month`. */
export const loadCalendar: () => Promise<unknown>;
