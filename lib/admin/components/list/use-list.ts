import { useQueryParams } from 'adminjs';
import { useAnswer } from '../parts/use-answer.js';

export const PER_PAGE = 20;

/** A page of configurations: which one stands in the address bar, so that reload and back work. */
export function useList(resourceId: string) {
  const params = useQueryParams<Record<string, unknown>, { name?: string } | undefined>();
  const page = params.page || '1';
  const sortBy = params.sortBy || 'name';
  const direction = params.direction === 'desc' ? 'desc' : 'asc';
  const name = params.filters?.name ?? '';
  const query = { page, perPage: String(PER_PAGE), sortBy, direction, ...(name ? { 'filters.name': name } : {}) };

  const sort = (column: string): void =>
    params.storeParams({ page: '1', sortBy: column, direction: sortBy === column && direction === 'asc' ? 'desc' : 'asc' });
  const filter = (text: string): void => params.storeParams({ page: '1', filters: text ? { name: text } : {} });
  const turnTo = (next: number): void => params.storeParams({ page: String(next) });
  return { ...useAnswer(resourceId, query), page: Number(page) || 1, sortBy, direction, name, sort, filter, turnTo };
}
