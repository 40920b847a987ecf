import { screen, waitFor, within } from '@testing-library/react';
import { beforeEach, describe, expect, it } from 'vitest';
import { makeLead } from '../../../dev-mock/data';
import { ACME, ME } from '../../../dev-mock/state';
import type { MockServer } from '../../../dev-mock/server';
import { lastRequest, openApp } from '../../../test/app';
import { giveLayout } from '../../../test/layout';
import type { SavedView } from '@/api/types';

const VIEW = '01900000-0000-7000-8000-0000000000e1';
const WORKING = { all: [{ op: 'in', field: 'status', value: ['working'] }] };

function view(members: Partial<SavedView> = {}): SavedView {
  return {
    id: VIEW,
    object: 'lead',
    name: 'In work',
    owner_id: ME,
    audience: 'private',
    team_id: null,
    works: true,
    layout: 'table',
    query: { filter: WORKING as never, q: '', sort: 'company', columns: null },
    default_for: [],
    position: 0,
    may_change: true,
    version: 1,
    ...members,
  };
}

function open(path: string, views: SavedView[], prepare: (server: MockServer) => void = () => undefined) {
  const at = new Date(Date.UTC(2026, 10, 20, 12));
  const leads = [
    makeLead(
      '01900000-0000-7000-8000-00000000000a',
      { name: 'Anna Berg', status: 'working', expected_value: { amount_minor: 120_000, currency: 'EUR' } },
      at,
    ),
    makeLead('01900000-0000-7000-8000-00000000000b', { name: 'Ben Hall', status: 'new' }, at),
  ];
  return openApp(path, {
    signedIn: true,
    prepare: (server) => {
      const { state } = server;
      prepare(server);
      state.leads.set(ACME, leads);
      state.views.push(...views);
    },
  });
}

const tab = (name: string) => within(screen.getByRole('navigation', { name: 'Views' })).getByRole('link', { name });
const search = () => decodeURIComponent(window.location.search);

beforeEach(() => giveLayout());

describe('saved views', () => {
  it('shows what the view keeps, and everything again', async () => {
    const { user } = await open('/w/acme/leads', [view()]);
    await screen.findByText('Ben Hall');
    await user.click(tab('In work'));
    await waitFor(() => expect(screen.queryByText('Ben Hall')).not.toBeInTheDocument());
    expect(search()).toBe(`?view=${VIEW}`);
    expect(tab('In work')).toHaveAttribute('aria-current', 'page');
    expect(screen.getByRole('columnheader', { name: 'Company' })).toHaveAttribute('aria-sort', 'ascending');
    await user.click(tab('All'));
    expect(await screen.findByText('Ben Hall')).toBeVisible();
    expect(search()).toBe('');
  });

  it('keeps what is on top of a view in the address until it is saved', async () => {
    const { server, user } = await open(`/w/acme/leads?view=${VIEW}`, [view()]);
    await screen.findByText('Anna Berg');
    await user.click(screen.getByRole('button', { name: 'Remove the filter Status' }));
    expect(await screen.findByText('Ben Hall')).toBeVisible();
    expect(search()).toContain('filter={"all":[]}');
    expect(screen.getByRole('img', { name: 'Changed' })).toBeVisible();
    await user.click(screen.getByRole('button', { name: 'Save changes' }));
    await waitFor(() => expect(search()).toBe(`?view=${VIEW}`));
    expect(server.state.views[0]?.query).toMatchObject({ filter: null, sort: 'company' });
    expect(lastRequest(server, 'PATCH', `/api/v1/views/${VIEW}`).headers.get('If-Match')).toBe('"1"');
    expect(screen.queryByRole('button', { name: 'Save changes' })).not.toBeInTheDocument();
  });

  it('says nothing on top where the view says the same', async () => {
    const { user } = await open(`/w/acme/leads?view=${VIEW}`, [view()]);
    await user.click(await screen.findByRole('button', { name: 'Company' }));
    await waitFor(() => expect(search()).toContain('sort=-company'));
    await user.click(screen.getByRole('button', { name: 'Actions for the view In work' }));
    await user.click(await screen.findByRole('menuitem', { name: 'Discard changes' }));
    await waitFor(() => expect(search()).toBe(`?view=${VIEW}`));
  });

  it('saves a list under a name and for whom', async () => {
    const filter = encodeURIComponent(JSON.stringify(WORKING));
    const { server, user } = await open(`/w/acme/leads?filter=${filter}`, []);
    await user.click(await screen.findByRole('button', { name: 'Save view' }));
    await user.click(await screen.findByRole('button', { name: 'Save' }));
    expect(await screen.findByText('Give the view a name.')).toBeVisible();
    await user.type(screen.getByRole('textbox', { name: 'Name' }), 'Mine');
    await user.click(screen.getByRole('radio', { name: 'Everyone' }));
    await user.click(screen.getByRole('checkbox', { name: 'Sales' }));
    await user.click(screen.getByRole('button', { name: 'Save' }));
    expect(await screen.findByRole('link', { name: /^Mine/ })).toHaveAttribute('aria-current', 'page');
    expect(server.state.views[0]).toMatchObject({ name: 'Mine', audience: 'everyone', default_for: ['sales'] });
    expect(search()).toBe(`?view=${server.state.views[0]?.id}`);
  });

  it('begins with the view of the role, and leads back to everything', async () => {
    const { user } = await open('/w/acme/leads', [view({ audience: 'everyone', default_for: ['admin'] })]);
    expect(await screen.findByText('Anna Berg')).toBeVisible();
    await waitFor(() => expect(search()).toBe(`?view=${VIEW}`));
    expect(screen.queryByText('Ben Hall')).not.toBeInTheDocument();
    await user.click(tab('All'));
    expect(await screen.findByText('Ben Hall')).toBeVisible();
    expect(search()).toBe('?view=all');
  });

  it('deletes a view and brings it back', async () => {
    const { server, user } = await open(`/w/acme/leads?view=${VIEW}`, [view()]);
    await user.click(await screen.findByRole('button', { name: 'Actions for the view In work' }));
    await user.click(await screen.findByRole('menuitem', { name: 'Delete view' }));
    await waitFor(() => expect(server.state.views).toEqual([]));
    await user.click(await screen.findByRole('button', { name: 'Undo' }));
    await waitFor(() => expect(server.state.views).toMatchObject([{ name: 'In work', query: view().query }]));
  });

  it('says so when the view of a link is not there', async () => {
    await open(`/w/acme/leads?view=${VIEW}`, []);
    expect(await screen.findByText('This view is no longer there. Here is everything.')).toBeVisible();
    expect(await screen.findByText('Ben Hall')).toBeVisible();
  });

  it('shows nothing in place of a view that asks about what one may not see', async () => {
    const { server, user } = await open(`/w/acme/leads?view=${VIEW}`, [view({ audience: 'everyone', works: false })]);
    expect(await screen.findByRole('heading', { name: 'You cannot use this view' })).toBeVisible();
    expect(screen.queryByText('Ben Hall')).not.toBeInTheDocument();
    expect(server.requests.filter(({ url }) => new URL(url).pathname === '/api/v1/leads')).toEqual([]);
    await user.click(screen.getByRole('button', { name: 'Show everything' }));
    expect(await screen.findByText('Ben Hall')).toBeVisible();
  });

  it('is shared with one’s own team', async () => {
    const filter = encodeURIComponent(JSON.stringify(WORKING));
    const { server, user } = await open(`/w/acme/leads?filter=${filter}`, [], ({ state }) => {
      state.teamId = 'team-1';
    });
    await user.click(await screen.findByRole('button', { name: 'Save view' }));
    await user.type(await screen.findByRole('textbox', { name: 'Name' }), 'Ours');
    await user.click(screen.getByRole('radio', { name: 'My team' }));
    await user.click(screen.getByRole('button', { name: 'Save' }));
    await waitFor(() => expect(server.state.views).toMatchObject([{ audience: 'team', team_id: 'team-1' }]));
  });

  it('offers somebody else’s view only to be looked at, and saved as one’s own', async () => {
    const { user } = await open(`/w/acme/leads?view=${VIEW}`, [view({ audience: 'everyone', may_change: false })]);
    await user.click(await screen.findByRole('button', { name: 'Remove the filter Status' }));
    expect(await screen.findByRole('button', { name: 'Save as new view' })).toBeVisible();
    expect(screen.queryByRole('button', { name: 'Save changes' })).not.toBeInTheDocument();
  });
});

describe('the board', () => {
  const column = (name: RegExp) => screen.findByRole('region', { name });

  it('lays the list out by status, with counts, and is kept in a view', async () => {
    const { server, user } = await open('/w/acme/leads', []);
    await user.click(await screen.findByRole('button', { name: 'Show as board' }));
    await waitFor(() => expect(search()).toBe('?layout=board'));
    expect(await within(await column(/^Working, 1$/)).findByText('Anna Berg')).toBeVisible();
    expect(within(await column(/^New, 1$/)).getByText('Ben Hall')).toBeVisible();
    expect(within(await column(/^Converted, 0$/)).getByText('Nothing here')).toBeVisible();
    const worth = within(await column(/^Working, 1$/)).getByRole('list', { name: 'Total value' });
    expect(worth).toHaveTextContent('€1,200');
    expect(screen.getAllByRole('list', { name: 'Total value' })).toHaveLength(1);
    await user.click(screen.getByRole('button', { name: 'Save view' }));
    await user.type(await screen.findByRole('textbox', { name: 'Name' }), 'My board');
    await user.click(screen.getByRole('button', { name: 'Save' }));
    await waitFor(() => expect(server.state.views).toMatchObject([{ name: 'My board', layout: 'board' }]));
    await user.click(await screen.findByRole('button', { name: 'Show as table' }));
    await waitFor(() => expect(search()).toContain('layout=table'));
    expect(await screen.findByRole('grid', { name: 'Leads' })).toBeVisible();
  });

  it('opens a card by Enter', async () => {
    const { user } = await open('/w/acme/leads?layout=board', []);
    const card = await screen.findByRole('button', { name: /Ben Hall/ });
    card.focus();
    await user.keyboard('{Enter}');
    expect(await screen.findByRole('heading', { level: 2, name: 'Ben Hall' })).toBeVisible();
  });
});
