/** The props that a styled component hands to the functions in its template. */
export interface Themed {
  theme: { colors: Record<string, string> };
}

/** A theme colour pulled towards the text colour, so that words in it can be read on light and on dark themes. */
const legible =
  (token: string, share: number) =>
  ({ theme }: Themed): string =>
    `color-mix(in srgb, ${theme.colors[token]} ${share}%, ${theme.colors.text})`;

export const errorTone = legible('error', 60);
export const successTone = legible('success', 72);
export const warningTone = legible('warning', 72);
/** The purple of values that cannot be changed. */
export const readOnlyTone = legible('primary100', 60);
/** Help and other second-rank text. */
export const mutedTone = ({ theme }: Themed): string => `color-mix(in srgb, ${theme.colors.text} 68%, ${theme.colors.container})`;
/** A quiet surface inside the container. */
export const quietSurface = ({ theme }: Themed): string => `color-mix(in srgb, ${theme.colors.text} 4%, ${theme.colors.container})`;

/** A focus ring that shows on every theme. */
export const focusRing = ({ theme }: Themed): string => `outline: 2px solid ${theme.colors.primary100}; outline-offset: 2px;`;
