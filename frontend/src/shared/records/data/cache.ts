import type { InfiniteData, QueryClient, QueryKey } from '@tanstack/react-query';
import type { CountedPage } from '@/api/types';
import type { RecordData } from '../model/record';

type ListData = InfiniteData<CountedPage<RecordData>, string | null>;

function changeLists(client: QueryClient, key: QueryKey, change: (data: ListData) => ListData): void {
  client.setQueriesData<ListData>({ queryKey: key }, (data) => data && change(data));
}

function countBy(page: CountedPage<RecordData>, difference: number): CountedPage<RecordData> {
  if (!page.count) return page;
  return { ...page, count: { ...page.count, value: Math.max(0, page.count.value + difference) } };
}

/** Show a record as it is now wherever a list holds it. */
export function showInLists(client: QueryClient, key: QueryKey, record: RecordData): void {
  changeLists(client, key, (data) => {
    const at = data.pages.findIndex((page) => page.data.some(({ id }) => id === record.id));
    const page = data.pages[at];
    if (!page) return data;
    const changed = { ...page, data: page.data.map((each) => (each.id === record.id ? record : each)) };
    return { ...data, pages: data.pages.with(at, changed) };
  });
}

/** Take a record out of every list that holds it. */
export function dropFromLists(client: QueryClient, key: QueryKey, id: string): void {
  changeLists(client, key, (data) => {
    if (!data.pages.some((page) => page.data.some((each) => each.id === id))) return data;
    const pages = data.pages.map((page) => ({ ...page, data: page.data.filter((each) => each.id !== id) }));
    return { ...data, pages: pages.map((page, index) => (index === 0 ? countBy(page, -1) : page)) };
  });
}

/** Put a new record on top of the lists that hold everything; those with a search or a filter are to be read again. */
export function addToLists(client: QueryClient, key: QueryKey, record: RecordData): void {
  for (const [queryKey] of client.getQueriesData<ListData>({ queryKey: key })) {
    const asked = queryKey.at(-1) as { q?: string; filter?: unknown };
    if (asked.q || asked.filter) void client.invalidateQueries({ queryKey, exact: true });
    else client.setQueryData<ListData>(queryKey, (data) => data && withRecord(data, record));
  }
}

function withRecord(data: ListData, record: RecordData): ListData {
  const [first, ...rest] = data.pages;
  if (!first || data.pages.some((page) => page.data.some(({ id }) => id === record.id))) return data;
  return { ...data, pages: [countBy({ ...first, data: [record, ...first.data] }, 1), ...rest] };
}

/** What the lists held before an optimistic change, to be put back when it is refused. */
export function snapshotLists(client: QueryClient, key: QueryKey): () => void {
  const before = client.getQueriesData<ListData>({ queryKey: key });
  return () => {
    for (const [queryKey, data] of before) client.setQueryData(queryKey, data);
  };
}

export function findInLists(client: QueryClient, key: QueryKey, id: string): RecordData | undefined {
  for (const [, data] of client.getQueriesData<ListData>({ queryKey: key }))
    for (const page of data?.pages ?? []) {
      const found = page.data.find((each) => each.id === id);
      if (found) return found;
    }
  return undefined;
}
