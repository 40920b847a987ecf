import { screen, waitFor, within } from '@testing-library/react';
import { beforeEach, describe, expect, it } from 'vitest';
import type { Notification } from '@/api/types';
import { makeLead } from '../../../dev-mock/data';
import { COLLEAGUE } from '../../../dev-mock/objects';
import { ACME } from '../../../dev-mock/state';
import type { MockServer } from '../../../dev-mock/server';
import { lastRequest, openApp } from '../../../test/app';
import { giveLayout } from '../../../test/layout';

const ANNA = '01900000-0000-7000-8000-00000000000a';
const COLLEAGUE_HERE = { id: COLLEAGUE, name: '李明' };

function told(number: number, more: Partial<Notification> = {}): Notification {
  return {
    id: `01900000-0000-7000-8000-0000000000b${number}`,
    kind: 'mentioned',
    object: 'lead',
    record: { type: 'lead', id: ANNA, display_name: 'Anna Berg' },
    count: 1,
    actor: COLLEAGUE_HERE,
    excerpt: 'Please call',
    fields: [],
    about: {},
    created_at: new Date().toISOString(),
    read_at: null,
    ...more,
  };
}

function withAnna({ state }: MockServer): void {
  state.leads.set(ACME, [makeLead(ANNA, { name: 'Anna Berg' }, new Date())]);
}

beforeEach(() => giveLayout());

describe('the bell', () => {
  it('counts what is unread, leads to the record and marks it as read', async () => {
    const { server, user } = await openApp('/w/acme/leads', {
      signedIn: true,
      prepare: (mock) => {
        withAnna(mock);
        mock.notifications.list = [
          told(3),
          told(2, { kind: 'changed', excerpt: null, fields: ['city'], created_at: '2026-01-05T09:00:00Z' }),
          told(1, { kind: 'assigned', excerpt: null, record: null, count: 12, read_at: '2026-01-05T09:00:00Z' }),
        ];
      },
    });
    await user.click(await screen.findByRole('button', { name: 'Notifications, 2 unread' }));
    const panel = await screen.findByRole('dialog');
    expect(await within(panel).findByRole('heading', { name: 'Today' })).toBeVisible();
    expect(within(panel).getByRole('heading', { name: 'Jan 5, 2026' })).toBeVisible();
    expect(within(panel).getByRole('link', { name: /李明 changed Anna Berg ?City/ })).toBeVisible();
    expect(within(panel).getByRole('link', { name: /李明 assigned 12 records to you/ })).toHaveAttribute('href', '/w/acme/leads');
    await user.click(within(panel).getByRole('link', { name: /Unread: ?李明 mentioned you: Anna Berg/ }));
    expect(await screen.findByRole('heading', { level: 1, name: 'Anna Berg' })).toBeVisible();
    const sent: unknown = await lastRequest(server, 'POST', '/api/v1/notifications/read').clone().json();
    expect(sent).toEqual({ ids: [told(3).id] });
    expect(await screen.findByRole('button', { name: 'Notifications, 1 unread' })).toBeVisible();
  });

  it('marks as read what is shown, and not what comes meanwhile', async () => {
    const { server, user } = await openApp('/w/acme/notifications', {
      signedIn: true,
      prepare: (mock) => (mock.notifications.list = [told(1)]),
    });
    await screen.findByRole('link', { name: /mentioned you/ });
    server.notifications.list.unshift(told(2));
    await user.click(screen.getByRole('button', { name: 'Mark all as read' }));
    const sent: unknown = await lastRequest(server, 'POST', '/api/v1/notifications/read').clone().json();
    expect(sent).toEqual({ until: told(1).id });
    expect(await screen.findByRole('button', { name: 'Notifications, 1 unread' })).toBeVisible();
    await waitFor(() => expect(screen.getAllByRole('link', { name: /mentioned you/ })).toHaveLength(2));
  });

  it('warns of what will be deleted, with how many and the day of its reader', async () => {
    const warning = { kind: 'retention', record: null, actor: null, excerpt: null } as const;
    await openApp('/w/acme/notifications', {
      signedIn: true,
      prepare: (mock) => {
        mock.state.account.timezone = 'Asia/Shanghai';
        mock.notifications.list = [
          told(2, { ...warning, count: 3, about: { at: '2030-02-27T20:30:00Z' } }),
          told(1, { ...warning, about: {} }),
        ];
      },
    });
    expect(await screen.findByText(/^3 of your records will soon be deleted/)).toBeVisible();
    expect(screen.getByText(/^On Feb 28, 2030; what is changed/)).toBeVisible();
    expect(screen.getByText(/^1 of your records will soon be deleted/)).toBeVisible();
  });

  it('says what will be here while there is nothing', async () => {
    await openApp('/w/acme/notifications', { signedIn: true });
    expect(await screen.findByText('Nothing yet')).toBeVisible();
  });
});

describe('what one hears of', () => {
  it('is chosen for each kind and stored at once', async () => {
    const { server, user } = await openApp('/w/acme/settings/notifications', { signedIn: true });
    const row = await screen.findByRole('group', { name: 'A change of a record that I follow' });
    await user.click(within(row).getByRole('switch', { name: 'In the app' }));
    await user.click(within(row).getByRole('combobox', { name: 'By e-mail' }));
    await user.click(await screen.findByRole('option', { name: 'Once a day' }));
    await waitFor(() =>
      expect(server.notifications.choices.kinds).toContainEqual({ kind: 'changed', product: false, mail: 'digest' }),
    );
    await user.click(screen.getByRole('switch', { name: /^Follow by yourself/ }));
    await waitFor(() => expect(server.notifications.choices.auto_follow).toBe(false));
  });
});

describe('a record', () => {
  it('is followed and no more followed', async () => {
    const { server, user } = await openApp(`/w/acme/leads/${ANNA}`, { signedIn: true, prepare: withAnna });
    await user.click(await screen.findByRole('button', { name: 'Follow' }));
    await user.click(await screen.findByRole('button', { name: 'Following' }));
    expect(await screen.findByRole('button', { name: 'Follow' })).toBeVisible();
    expect(server.notifications.following.size).toBe(0);
  });

  it('shows what others did since one last looked, and notes what is shown', async () => {
    const { server } = await openApp(`/w/acme/leads/${ANNA}`, {
      signedIn: true,
      prepare: (mock) => {
        withAnna(mock);
        const [anna] = mock.state.leadsOf(ACME);
        if (!anna) return;
        mock.leads.change(anna, { city: 'Rome' });
        mock.leads.seen(ANNA);
        mock.leads.say(anna, 'Have you seen this?', COLLEAGUE_HERE);
      },
    });
    const divider = await screen.findByText(/New since you last looked/);
    const newOne = screen.getByText('Have you seen this?');
    expect(divider.compareDocumentPosition(newOne)).toBe(Node.DOCUMENT_POSITION_PRECEDING);
    const noted = await waitFor(() => lastRequest(server, 'POST', `/api/v1/leads/${ANNA}/seen`));
    expect(await noted.clone().json()).toEqual({ event_id: server.leads.newest(ANNA) });
    expect(divider).toBeVisible();
  });
});
