/** Periods by the number of days before today that they include. */
export const PERIODS: Record<string, number> = { today: 0, week: 6, month: 29 };

/**
 * Returns the start of a day in the browser's time zone, some days later; undefined for an invalid day.
 * @param day such as `2026-12-31`. @default today
 */
export function startOfDay(day: string | undefined = today(), later = 0): string | undefined {
  const at = new Date(`${day}T00:00:00`);
  if (Number.isNaN(at.getTime())) return undefined;
  at.setDate(at.getDate() + later);
  return at.toISOString();
}

function today(): string {
  const now = new Date();
  return [now.getFullYear(), now.getMonth() + 1, now.getDate()].map((part) => String(part).padStart(2, '0')).join('-');
}
