interface PanelState {
  resources?: { id: string; navigation?: { name?: string | null } | null }[];
}

/** The key under which AdminJS stores the open groups of its menu. */
const KEY = 'sidebarElements';

/**
 * Opens the menu group of the screens, unless the admin has opened or closed it before: AdminJS shows all groups closed at first, which
 * hides the screens. Must run before the panel is rendered.
 */
export function openMenu(): void {
  const { resources } = (window as { REDUX_STATE?: PanelState }).REDUX_STATE ?? {};
  const group = resources?.find(({ id }) => id === 'SmtpOverview')?.navigation?.name;
  if (!group) return;
  try {
    const groups = JSON.parse(window.localStorage.getItem(KEY) ?? '{}') as Record<string, boolean>;
    if (!Object.hasOwn(groups, group)) window.localStorage.setItem(KEY, JSON.stringify({ ...groups, [group]: true }));
  } catch {
    // Without storage, AdminJS shows the group closed.
  }
}
