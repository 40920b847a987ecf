import { screen, waitFor, within } from '@testing-library/react';
import { describe, expect, it } from 'vitest';
import { fillIn, lastRequest, openApp } from '../../../test/app';
import { addressesIn } from './addresses';

const NORTH = '01900000-0000-7000-8000-0000000000b2';

const open = () =>
  openApp('/w/acme/settings/members', {
    signedIn: true,
    prepare: ({ state }) => {
      state.role = 'owner';
    },
  });

describe('addresses in a pasted text', () => {
  it('are found whatever stands between them, and once each', () => {
    expect(addressesIn('Ada <ada@example.com>; bob@example.com,\nADA@example.com\n\nli@example.cn；x@y.z w@y.z')).toEqual([
      'ADA@example.com',
      'bob@example.com',
      'li@example.cn',
      'x@y.z',
      'w@y.z',
    ]);
  });

  it('keep what is none, so that the server can say so', () => {
    expect(addressesIn('not an address')).toEqual(['not an address']);
  });
});

describe('the members page', () => {
  it('invites a pasted list, and says who is a member already', async () => {
    const { user, server } = await open();
    await user.click(await screen.findByRole('button', { name: 'Invite' }));
    const dialog = await screen.findByRole('dialog');
    await fillIn(user, within(dialog).getByLabelText('E-mail addresses'), 'ada@example.com, omar@example.com');
    await user.click(within(dialog).getByRole('button', { name: 'Send invitations' }));
    expect(await within(dialog).findByText('omar@example.com is a member already')).toBeVisible();
    expect(await lastRequest(server, 'POST', '/api/v1/invitations').json()).toEqual({
      emails: ['ada@example.com', 'omar@example.com'],
      role: 'sales',
      team_id: null,
    });
    const list = await screen.findByRole('list', { name: 'Open invitations', hidden: true });
    expect(within(list).getByText('ada@example.com')).toBeInTheDocument();
  });

  it('invites into a team of the tree and shows it with the open invitation', async () => {
    const { user, server } = await open();
    await user.click(await screen.findByRole('button', { name: 'Invite' }));
    const dialog = await screen.findByRole('dialog');
    await fillIn(user, within(dialog).getByLabelText('E-mail addresses'), 'ada@example.com');
    await user.click(await within(dialog).findByRole('combobox', { name: 'Team' }));
    await user.click(await screen.findByRole('option', { name: 'North' }));
    await user.click(within(dialog).getByRole('button', { name: 'Send invitations' }));
    const list = await screen.findByRole('list', { name: 'Open invitations', hidden: true });
    expect(within(list).getByText(/Sales · North · invited by Lena Vogel/)).toBeInTheDocument();
    expect(await lastRequest(server, 'POST', '/api/v1/invitations').json()).toMatchObject({ team_id: NORTH });
  });

  it('moves somebody to another team', async () => {
    const { user, server } = await open();
    const team = await screen.findByRole('combobox', { name: 'Team of Omar Haddad' });
    await waitFor(() => expect(team).toBeEnabled());
    await user.click(team);
    await user.click(await screen.findByRole('option', { name: 'North' }));
    expect(await screen.findByText('Omar Haddad is in North now')).toBeInTheDocument();
    const sent = server.requests.find(({ url, method }) => method === 'PUT' && url.includes('/team'));
    expect(await sent?.json()).toEqual({ team_id: NORTH });
  });

  it('deactivates somebody once it is said what becomes of their records', async () => {
    const { user, server } = await open();
    await user.click(await screen.findByRole('button', { name: 'More about Omar Haddad' }));
    await user.click(await screen.findByRole('menuitem', { name: 'Deactivate' }));
    const dialog = await screen.findByRole('dialog', { name: 'Deactivate Omar Haddad' });
    expect(await within(dialog).findByText('12 records to hand over')).toBeVisible();
    expect(within(dialog).getByRole('button', { name: 'Deactivate' })).toBeDisabled();
    await user.click(within(dialog).getByRole('radio', { name: /Nobody/ }));
    await user.click(within(dialog).getByRole('button', { name: 'Deactivate' }));
    await waitFor(() => expect(server.requests.some(({ url }) => url.includes('/deactivate'))).toBe(true));
    const sent = server.requests.find(({ url }) => url.includes('/deactivate'));
    expect(await sent?.json()).toEqual({ hand_over: { to: [] } });
    expect(await screen.findByText('Deactivated')).toBeInTheDocument();
    const handed = await screen.findByRole('list', { name: 'Handed over', hidden: true });
    expect(within(handed).getByText(/1 private view ended/)).toBeInTheDocument();
  });

  it('says why the last owner cannot become something else', async () => {
    const { user } = await open();
    const role = await screen.findByRole('combobox', { name: 'Role of Lena Vogel' });
    await waitFor(() => expect(role).toBeEnabled());
    await user.click(role);
    await user.click(await screen.findByRole('option', { name: 'Viewer' }));
    expect(await screen.findByText(/Make somebody else an owner first/)).toBeInTheDocument();
  });
});

describe('the settings of the workspace', () => {
  it('saves a change at the version that was read', async () => {
    const { user, server } = await openApp('/w/acme/settings/workspace', { signedIn: true });
    await fillIn(user, await screen.findByLabelText('Name'), 'Acme & Daughters');
    await user.click(screen.getByRole('button', { name: 'Save' }));
    expect(await screen.findByText('Saved')).toBeInTheDocument();
    const sent = lastRequest(server, 'PATCH', '/api/v1/workspace');
    expect(sent.headers.get('If-Match')).toBe('"1"');
    expect(await sent.json()).toMatchObject({ name: 'Acme & Daughters', slug: 'acme', country: 'DE' });
  });
});
