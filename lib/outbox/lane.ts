/**
 * A message's choice: an activity, or a configuration by its name and the id it had then. A lane is the choice as a string. The
 * configuration of a lane is looked up each time, so that waiting messages need no update when an admin changes it.
 */
export type Choice = { by: 'activity'; key: string } | { by: 'name'; id: string; name: string };

const ACTIVITY = 'activity:';
const NAME_ENDS = ':';
/** Longer than an id and the longest name of a configuration. */
const MAX_LENGTH = 100;

/** Returns the lane of messages that name no configuration: their activity's is used, or the default. */
export const activityLane = (key: string): string => ACTIVITY + key;

/**
 * Returns the lane of messages that name a configuration.
 * @param id the id of the configuration that currently has the name
 */
export function namedLane(name: string, id = ''): string {
  return `${id}${NAME_ENDS}${name.toLowerCase()}`.slice(0, MAX_LENGTH);
}

/** Parses a lane. */
export function choiceOf(lane: string): Choice {
  if (lane.startsWith(ACTIVITY)) return { by: 'activity', key: lane.slice(ACTIVITY.length) };
  const end = lane.indexOf(NAME_ENDS);
  return { by: 'name', id: lane.slice(0, Math.max(0, end)), name: lane.slice(end + 1) };
}

/** The configurations and choices for looking up lanes. */
export interface Directory<C> {
  byId: ReadonlyMap<string, C>;
  /** By the name in lower case. */
  byName: ReadonlyMap<string, C>;
  /** The id of the configuration that each activity chose; null or missing for the default. */
  activities: ReadonlyMap<string, string | null>;
  defaultId: string | null;
}

/** The configuration of a lane, and the choice that led to it. */
export interface Route<C> {
  /** `default` for an activity that chose none. */
  by: 'default' | 'activity' | 'name';
  /** Undefined if the configuration does not exist. Another one never replaces it. */
  config: C | undefined;
}

/** Looks up the current configuration of a lane. */
export function routeOf<C>(lane: string, { byId, byName, activities, defaultId }: Directory<C>): Route<C> {
  const choice = choiceOf(lane);
  // A renamed configuration keeps its messages. After a deletion, the next configuration with that name gets them.
  if (choice.by === 'name') return { by: 'name', config: byId.get(choice.id) ?? byName.get(choice.name) };
  const chosen = activities.get(choice.key) ?? null;
  return chosen === null ? { by: 'default', config: byId.get(defaultId ?? '') } : { by: 'activity', config: byId.get(chosen) };
}

/** True for messages to hold, because their own configuration is missing or disabled. Messages for the default stay queued. */
export function isHeld({ by, config }: Route<{ enabled: boolean }>): boolean {
  return by !== 'default' && !config?.enabled;
}

/** Builds a directory of configurations. */
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
