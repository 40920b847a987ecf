import { empty, json, route, type MockRoute } from './http.ts';
import type { MockState } from './state.ts';
import type { Notification, NotificationChoices } from '../src/api/types.ts';

/** What the person of the mock was told, chose and follows. */
export class MockNotifications {
  list: Notification[] = [];
  choices: NotificationChoices = {
    auto_follow: true,
    kinds: [
      { kind: 'mentioned', product: true, mail: 'soon' },
      { kind: 'commented', product: true, mail: 'digest' },
      { kind: 'changed', product: true, mail: 'off' },
    ],
  };
  readonly following = new Set<string>();
  /** Record -> the newest event that was seen. */
  readonly seen = new Map<string, string>();

  unread(): { unread: number; newest: string | null } {
    const unread = this.list.filter(({ read_at }) => read_at === null);
    return { unread: unread.length, newest: unread[0]?.id ?? null };
  }
}

export function notificationRoutes(state: MockState, told: MockNotifications): MockRoute[] {
  const followers = (id = '') => {
    const { id: me, name } = state.account;
    const following = told.following.has(id);
    return json({ data: following ? [{ id: me, name }] : [], following });
  };
  return [
    route('GET /api/v1/notifications', ({ url }) => {
      const unread = url.searchParams.has('unread');
      return json({ data: told.list.filter(({ read_at }) => !unread || read_at === null), next_cursor: null });
    }),
    route('GET /api/v1/notifications/unread', ({ request }) => {
      const tag = `"${told.unread().unread}"`;
      if (request.headers.get('If-None-Match') === tag) return new Response(null, { status: 304 });
      return json(told.unread(), 200, { ETag: tag });
    }),
    route('POST /api/v1/notifications/read', async ({ json: read }) => {
      const { ids, until } = (await read()) as { ids?: string[]; until?: string };
      const at = new Date().toISOString();
      for (const each of told.list)
        if (ids?.includes(each.id) || (until !== undefined && each.id <= until)) each.read_at ??= at;
      return json(told.unread());
    }),
    route('GET /api/v1/notifications/choices', () => json(told.choices)),
    route('PUT /api/v1/notifications/choices', async ({ json: read }) => {
      told.choices = (await read()) as NotificationChoices;
      return json(told.choices);
    }),
    route('GET /api/v1/leads/:id/followers', ({ params }) => followers(params.id)),
    route('POST /api/v1/leads/:id/followers', ({ params }) => {
      told.following.add(params.id ?? '');
      return followers(params.id);
    }),
    route('DELETE /api/v1/leads/:id/followers', ({ params }) => {
      told.following.delete(params.id ?? '');
      return followers(params.id);
    }),
    route('POST /api/v1/leads/:id/seen', async ({ params, json: read }) => {
      told.seen.set(params.id ?? '', (await read()).event_id as string);
      return empty();
    }),
  ];
}
