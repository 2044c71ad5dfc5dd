const UNITS = ['byte', 'kilobyte', 'megabyte'] as const;

/** Formats a number of bytes: "812 bytes", "1.2 MB". */
export function formatBytes(bytes: number, locale: string): string {
  const unit = bytes < 1_000 ? 0 : bytes < 1_000_000 ? 1 : 2;
  const value = bytes / 1_000 ** unit;
  return new Intl.NumberFormat(locale, {
    style: 'unit',
    unit: UNITS[unit],
    unitDisplay: unit === 0 ? 'long' : 'short',
    maximumFractionDigits: unit === 2 && value < 10 ? 1 : 0,
  }).format(value);
}
