/** Days as stored (`2026-11-30`), counted from today in the city's time. */

const CITY_TIME = "Europe/Berlin";
const DAY_MS = 86_400_000;

/** Today. */
export const today = () => new Date().toLocaleDateString("sv-SE", { timeZone: CITY_TIME });

/**
 * The number of days from today until a day; negative if it has passed.
 * @param {string} day
 */
export const daysUntil = (day) => Math.round((Date.parse(day) - Date.parse(today())) / DAY_MS);

/**
 * The same day some months later, or that month's last.
 * @param {string} day
 * @param {number} months
 */
export function monthsAfter(day, months) {
    const date = new Date(day);
    const wanted = date.getUTCDate();
    date.setUTCDate(1);
    date.setUTCMonth(date.getUTCMonth() + months + 1, 0);
    date.setUTCDate(Math.min(wanted, date.getUTCDate()));
    return date.toISOString().slice(0, 10);
}

/**
 * Some days after today.
 * @param {number} days
 */
export const daysAhead = (days) => new Date(Date.parse(today()) + days * DAY_MS).toISOString().slice(0, 10);
