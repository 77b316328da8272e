// The calendar's elements, which define themselves. They are fetched when somebody first opens one.
export const loadCalendar = () => import("../../vendor/cally/cally.js");
