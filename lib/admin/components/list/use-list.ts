import { useQueryParams } from 'adminjs';
import { useResponse } from '../parts/use-response.js';

export const PER_PAGE = 20;

/** The filters of the list in the URL. */
export interface ListFilters {
  /** Text anywhere in the name, the server or the sender. */
  search?: string;
  health?: string;
  type?: string;
}

const FIELDS = ['search', 'health', 'type'] as const;

/** Returns a page of configurations. Its query is in the URL, so that reload and back work. */
export function useList(resourceId: string) {
  const params = useQueryParams<Record<string, unknown>, ListFilters | undefined>();
  const page = params.page || '1';
  const sortBy = params.sortBy || 'name';
  const direction = params.direction === 'desc' ? 'desc' : 'asc';
  const filters: ListFilters = Object.fromEntries(
    FIELDS.flatMap((field) => (params.filters?.[field] ? [[field, params.filters[field]]] : [])),
  );
  const narrowed = Object.fromEntries(Object.entries(filters).map(([field, value]) => [`filters.${field}`, String(value)]));
  const query = { page, perPage: String(PER_PAGE), sortBy, direction, ...narrowed };

  const sort = (column: string): void =>
    params.storeParams({ page: '1', sortBy: column, direction: sortBy === column && direction === 'asc' ? 'desc' : 'asc' });
  const narrow = (change: ListFilters): void => {
    const next = Object.fromEntries(Object.entries({ ...filters, ...change }).filter(([, value]) => value));
    params.storeParams({ page: '1', filters: next });
  };
  const clear = (): void => params.storeParams({ page: '1', filters: {} });
  const goToPage = (next: number): void => params.storeParams({ page: String(next) });
  return { ...useResponse(resourceId, query), page: Number(page) || 1, sortBy, direction, filters, sort, narrow, clear, turnTo: goToPage };
}
