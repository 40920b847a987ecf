import { useCallback } from 'react';
import { getRouteApi } from '@tanstack/react-router';
import { RecordsPage } from '@/shared/records/list/RecordsPage';
import type { ChangeSearch } from '@/shared/records/list/useListState';
import type { ListSearch } from '@/shared/records/model/search';
import { useText } from '@/shared/i18n/text';
import { useRight, useWorkspace } from '@/shared/workspace/workspace';
import { leadConfig } from '../config';
import { WaitingNotice } from '../qualification/WaitingNotice';

const route = getRouteApi('/w/$slug/leads');

function without(parts: Record<string, unknown>): ListSearch {
  return Object.fromEntries(Object.entries(parts).filter(([, part]) => part !== undefined));
}

export function LeadsPage() {
  useText('leads', 'records', 'views', 'bulk');
  const search = route.useSearch();
  const navigate = route.useNavigate();
  const { slug } = useWorkspace();
  const mayImport = useRight('lead', 'import');
  const change = useCallback<ChangeSearch>(
    (parts, { replace = false } = {}) =>
      void navigate({
        search: (before) => without({ ...before, ...parts }),
        replace,
        resetScroll: false,
      }),
    [navigate],
  );
  return (
    <RecordsPage
      config={leadConfig}
      search={search}
      onSearch={change}
      importTo={mayImport ? `/w/${slug}/imports/new` : null}
      notice={<WaitingNotice shown={search.filter} onShow={(filter) => change({ filter })} />}
    />
  );
}
