import { useRef, useState } from 'react';
import { useAnswer } from './use-answer.js';

/** A configuration to choose. */
export interface ConfigChoice {
  id: string;
  name: string;
  enabled: boolean;
}

/** So many can be looked through in a list; the others are searched for. */
const SHOWN = 50;

/** Configurations to choose from, by name: the first of those that hold what is searched for. */
export function useConfigs(filters: Record<string, string> = {}) {
  const [search, setSearch] = useState('');
  const [isMany, setMany] = useState(false);
  const searched: Record<string, string> = search ? { 'filters.search': search } : {};
  const { answer, failure, loading } = useAnswer('SmtpConfig', {
    perPage: String(SHOWN),
    sortBy: 'name',
    direction: 'asc',
    ...filters,
    ...searched,
  });
  const total = answer?.meta?.total ?? 0;
  if (total > SHOWN && !isMany) setMany(true);
  const choices = answer?.records?.map(({ id, params }): ConfigChoice => ({
    id,
    name: String(params.name),
    enabled: params.enabled !== false,
  }));
  /** The choices of earlier searches: the chosen one may not be among the next ones. */
  const seen = useRef(new Map<string, ConfigChoice>());
  choices?.forEach((choice) => seen.current.set(choice.id, choice));
  return {
    /** Undefined until they are here. */
    choices,
    seen: seen.current as ReadonlyMap<string, ConfigChoice>,
    standard: answer?.meta?.defaultConfig ?? undefined,
    total,
    /** True if there are more than can be looked through. */
    isMany,
    failure,
    loading,
    search,
    setSearch,
  };
}
