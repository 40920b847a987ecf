import { screen, waitFor, within } from '@testing-library/react';
import { describe, expect, it } from 'vitest';
import { makeLead } from '../../../dev-mock/data';
import { ACME } from '../../../dev-mock/state';
import { fillIn, openApp } from '../../../test/app';

const open = (path: string) => openApp(path, { signedIn: true });

describe('the shell', () => {
  it('goes by G and a letter, but not while typing', async () => {
    const { user } = await open('/w/acme/settings/profile');
    await user.click(await screen.findByLabelText('Name'));
    await user.keyboard('gi');
    expect(window.location.pathname).toBe('/w/acme/settings/profile');
    await user.click(screen.getByRole('heading', { name: 'Profile' }));
    await user.keyboard('gi');
    await waitFor(() => expect(window.location.pathname).toBe('/w/acme/imports'));
  });

  it('moves the focus to the title of the page it went to', async () => {
    const { user } = await open('/w/acme/welcome');
    await screen.findByRole('heading', { name: /Welcome/ });
    await user.click(screen.getAllByRole('link', { name: 'Settings' }).at(-1) ?? document.body);
    await waitFor(() => expect(screen.getByRole('heading', { name: 'Settings' })).toHaveFocus());
    await user.click(screen.getByRole('link', { name: 'Profile' }));
    await waitFor(() => expect(screen.getByRole('heading', { name: 'Profile' })).toHaveFocus());
  });

  it('finds leads, pages and actions in one palette', async () => {
    const { user, server } = await open('/w/acme/settings/profile');
    const lead = makeLead(server.state.newId(), { name: 'Yusuf Demir', emails: ['yusuf@example.com'] });
    server.state.leadsOf(ACME).push(lead);
    await screen.findByRole('heading', { name: 'Profile' });
    await user.keyboard('{Control>}k{/Control}');
    const dialog = await screen.findByRole('dialog', { name: 'Search and commands' });
    const search = within(dialog).getByRole('textbox');
    await fillIn(user, search, 'yusuf@');
    expect(await within(dialog).findByText(lead.display_name)).toBeVisible();
    expect(within(dialog).getByText('E-mail')).toBeVisible();
    expect(within(dialog).getByText('yusuf@', { selector: 'mark' })).toBeVisible();
    await fillIn(user, search, 'yusfu');
    expect(await within(dialog).findByText('Nothing for “yusfu”. Showing results for “yusuf”.')).toBeVisible();
    await fillIn(user, search, 'create work');
    await user.click(within(dialog).getByRole('button', { name: 'Create workspace' }));
    expect(await screen.findByRole('dialog', { name: 'Create workspace' })).toBeVisible();
  });

  it('lists the keys for ?', async () => {
    const { user } = await open('/w/acme/settings/profile');
    await screen.findByRole('heading', { name: 'Profile' });
    await user.keyboard('?');
    const dialog = await screen.findByRole('dialog', { name: 'Keyboard shortcuts' });
    expect(within(dialog).getByText('Go to Imports')).toBeInTheDocument();
  });

  it('asks to sign in again over the page and keeps what was typed', async () => {
    const { user, server } = await open('/w/acme/settings/profile');
    const name = await screen.findByLabelText('Name');
    await fillIn(user, name, 'Lena V.');
    server.state.user = null;
    screen.getByRole('heading', { name: 'Profile' }).focus();
    await user.keyboard('{Control>}k{/Control}');
    await fillIn(user, await screen.findByRole('textbox', { name: /Search or go/ }), 'person1');
    const dialog = await screen.findByRole('dialog', { name: 'Please sign in again' });
    await fillIn(user, within(dialog).getByLabelText(/Password of/), 'correct horse battery');
    await user.click(within(dialog).getByRole('button', { name: 'Sign in' }));
    await waitFor(() => expect(screen.queryByRole('dialog', { name: 'Please sign in again' })).not.toBeInTheDocument());
    expect(name).toHaveValue('Lena V.');
    expect(server.state.user).not.toBeNull();
  });

  it('says that a page is not there, inside and outside of a workspace', async () => {
    await open('/w/acme/nothing-here');
    expect(await screen.findByRole('heading', { name: 'Page not found' })).toBeVisible();
    expect(screen.getAllByRole('navigation').length).toBeGreaterThan(0);
  });

  it('does not tell a foreign workspace from one that does not exist', async () => {
    await open('/w/somebody-elses/leads');
    expect(await screen.findByRole('heading', { name: 'Page not found' })).toBeVisible();
    expect(screen.queryAllByRole('navigation')).toHaveLength(0);
  });
});
