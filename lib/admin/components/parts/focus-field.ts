/** A field of the form that can take the focus: its control, the chosen card of several, or the button that chooses a secret. */
function controlOf(field: string): HTMLElement | null {
  const kinds = 'input, textarea, select, button';
  return (
    document.querySelector<HTMLElement>(`[id="${field}"]:is(${kinds}):not(:disabled), [name="${field}"]:checked:not(:disabled)`) ??
    document.querySelector<HTMLElement>(`[id="${field}-choose"]`)
  );
}

/** Returns whether the page has such a field. */
export const hasField = (field: string): boolean => controlOf(field) !== null;

/** Gives a field the focus, after unfolding what it is folded in. */
export function focusField(field: string): void {
  const control = controlOf(field);
  const fold = control?.closest('[hidden]');
  if (fold) document.querySelector<HTMLElement>(`[aria-controls="${fold.id}"]`)?.click();
  // The fold opens with the next rendering.
  requestAnimationFrame(() => {
    control?.focus({ preventScroll: true });
    control?.scrollIntoView({ block: 'center' });
  });
}
