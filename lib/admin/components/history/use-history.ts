import { useQueryParams } from 'adminjs';
import { type PeriodFilter, rangeOf } from '../model/periods.js';
import { useResponse } from '../parts/use-response.js';

export const PER_PAGE = 25;

/** The filters of the change history in the URL. */
export interface HistoryFilters extends PeriodFilter {
  person?: string;
  recordType?: string;
  /** A part of a record's name, or its id. */
  record?: string;
  action?: string;
}

/** The position in the URL: the entry after or before which the page starts. */
interface Position {
  after?: string;
  before?: string;
}

const FIELDS = ['person', 'recordType', 'record', 'action'] as const;

/** Returns a page of the change history. Its query is in the URL, so that reload, back and links work. */
export function useHistory(resourceId: string) {
  const params = useQueryParams<Record<string, unknown>, (HistoryFilters & Position) | undefined>();
  const { after, before, ...filters }: HistoryFilters & Position = params.filters ?? {};
  const query: Record<string, string> = { perPage: String(PER_PAGE) };
  for (const field of FIELDS) if (filters[field]) query[`filters.${field}`] = filters[field];
  const { from, to } = rangeOf(filters);
  if (from) query['filters.from'] = from;
  if (to) query['filters.to'] = to;
  if (after) query.after = after;
  else if (before) query.before = before;
  const { response, ...rest } = useResponse(resourceId, query);

  const store = (next: object): void =>
    params.storeParams({ page: undefined, filters: Object.fromEntries(Object.entries(next).filter(([, value]) => value)) });
  return {
    ...rest,
    page: response?.history,
    filters,
    isNarrowed: Object.values(filters).some(Boolean),
    isFurther: Boolean(after ?? before),
    narrow: (change: HistoryFilters) => store({ ...filters, ...change }),
    clear: () => store({}),
    turnTo: (position: Position) => store({ ...filters, ...position }),
  };
}
