/** The props that a styled component passes to the functions in its template. */
export interface Themed {
  theme: { colors: Record<string, string> };
}

/** Mixes a theme color with the text color, so that text is legible in light and dark themes. */
const legible =
  (token: string, share: number) =>
  ({ theme }: Themed): string =>
    `color-mix(in srgb, ${theme.colors[token]} ${share}%, ${theme.colors.text})`;

export const errorTone = legible('error', 60);
export const successTone = legible('success', 72);
export const warningTone = legible('warning', 72);
/** The purple for values that cannot be changed. */
export const readOnlyTone = legible('primary100', 60);
/** The color of help and other secondary text. */
export const mutedTone = ({ theme }: Themed): string => `color-mix(in srgb, ${theme.colors.text} 68%, ${theme.colors.container})`;
/** The color of a subtle surface inside the container. */
export const quietSurface = ({ theme }: Themed): string => `color-mix(in srgb, ${theme.colors.text} 4%, ${theme.colors.container})`;

/** A focus ring that is visible in every theme. */
export const focusRing = ({ theme }: Themed): string => `outline: 2px solid ${theme.colors.primary100}; outline-offset: 2px;`;
