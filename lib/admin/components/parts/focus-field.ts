/** Returns the element of a field that can be focused: its control, the chosen card, or the button for a secret. */
function controlOf(field: string): HTMLElement | null {
  const kinds = 'input, textarea, select, button';
  return (
    document.querySelector<HTMLElement>(`[id="${field}"]:is(${kinds}):not(:disabled), [name="${field}"]:checked:not(:disabled)`) ??
    document.querySelector<HTMLElement>(`[id="${field}-choose"]`)
  );
}

/** True if the page has this field. */
export const hasField = (field: string): boolean => controlOf(field) !== null;

/** Focuses a field, after expanding the section that contains it. */
export function focusField(field: string): void {
  const control = controlOf(field);
  const fold = control?.closest('[hidden]');
  if (fold) document.querySelector<HTMLElement>(`[aria-controls="${fold.id}"]`)?.click();
  // The section expands with the next render.
  requestAnimationFrame(() => {
    control?.focus({ preventScroll: true });
    control?.scrollIntoView({ block: 'center' });
  });
}
