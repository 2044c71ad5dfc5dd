import { useRef, useState } from 'react';
import { useResponse } from './use-response.js';

/** A configuration to choose. */
export interface ConfigChoice {
  id: string;
  name: string;
  enabled: boolean;
}

/** The most configurations in the list; others are found by searching. */
const SHOWN = 50;

/** Returns the configurations to choose from, ordered by name: the first ones that match the search. */
export function useConfigs(filters: Record<string, string> = {}) {
  const [search, setSearch] = useState('');
  const [isMany, setMany] = useState(false);
  const searched: Record<string, string> = search ? { 'filters.search': search } : {};
  const { response, failure, loading } = useResponse('SmtpConfig', {
    perPage: String(SHOWN),
    sortBy: 'name',
    direction: 'asc',
    ...filters,
    ...searched,
  });
  const total = response?.meta?.total ?? 0;
  if (total > SHOWN && !isMany) setMany(true);
  const choices = response?.records?.map(({ id, params }): ConfigChoice => ({
    id,
    name: String(params.name),
    enabled: params.enabled !== false,
  }));
  /** The choices of earlier searches, because later ones may not include the chosen one. */
  const seen = useRef(new Map<string, ConfigChoice>());
  choices?.forEach((choice) => seen.current.set(choice.id, choice));
  return {
    /** Undefined while they are loading. */
    choices,
    seen: seen.current as ReadonlyMap<string, ConfigChoice>,
    standard: response?.meta?.defaultConfig ?? undefined,
    total,
    /** True if there are more than the list shows. */
    isMany,
    failure,
    loading,
    search,
    setSearch,
  };
}
