/**
 * A lane is the choice of a message, as text: an activity, or a configuration by its name and the id it had then.
 * Where it leads is looked up each time, so waiting messages do not have to be changed when an admin changes that.
 */
export type Choice = { by: 'activity'; key: string } | { by: 'name'; id: string; name: string };

const ACTIVITY = 'activity:';
const NAME_ENDS = ':';
/** Longer than the id and any name a configuration can have. */
const MAX_LENGTH = 100;

/** Returns the lane of messages that name no configuration: they are sent through their activity's, or through the default one. */
export const activityLane = (key: string): string => ACTIVITY + key;

/**
 * Returns the lane of messages that are meant for one configuration.
 * @param id of the configuration that has the name now
 */
export function namedLane(name: string, id = ''): string {
  return `${id}${NAME_ENDS}${name.toLowerCase()}`.slice(0, MAX_LENGTH);
}

/** Reads a lane. */
export function choiceOf(lane: string): Choice {
  if (lane.startsWith(ACTIVITY)) return { by: 'activity', key: lane.slice(ACTIVITY.length) };
  const end = lane.indexOf(NAME_ENDS);
  return { by: 'name', id: lane.slice(0, Math.max(0, end)), name: lane.slice(end + 1) };
}

/** The configurations and choices that lanes are looked up in. */
export interface Directory<C> {
  byId: ReadonlyMap<string, C>;
  /** By the name in lower case. */
  byName: ReadonlyMap<string, C>;
  /** The id of the configuration each activity chose; null or missing for the default one. */
  activities: ReadonlyMap<string, string | null>;
  defaultId: string | null;
}

/** The configuration a lane leads to, and by which choice. */
export interface Route<C> {
  /** `default` for an activity that chose none. */
  by: 'default' | 'activity' | 'name';
  /** Undefined when there is no such configuration: another one never takes its place. */
  config: C | undefined;
}

/** Looks up where a lane leads now. */
export function routeOf<C>(lane: string, { byId, byName, activities, defaultId }: Directory<C>): Route<C> {
  const choice = choiceOf(lane);
  // A configuration that was renamed keeps its messages; of a deleted one, the next of that name takes them.
  if (choice.by === 'name') return { by: 'name', config: byId.get(choice.id) ?? byName.get(choice.name) };
  const chosen = activities.get(choice.key) ?? null;
  return chosen === null ? { by: 'default', config: byId.get(defaultId ?? '') } : { by: 'activity', config: byId.get(chosen) };
}

/** True for messages that are held: their own configuration is missing or disabled. Those for the default one stay queued. */
export function isHeld({ by, config }: Route<{ enabled: boolean }>): boolean {
  return by !== 'default' && !config?.enabled;
}

/** Returns a directory of configurations. */
export function directoryOf<C extends { id: string; name: string }>(
  configs: readonly C[],
  choices: Pick<Directory<C>, 'activities' | 'defaultId'>,
): Directory<C> {
  return {
    ...choices,
    byId: new Map(configs.map((config) => [config.id, config])),
    byName: new Map(configs.map((config) => [config.name.toLowerCase(), config])),
  };
}
