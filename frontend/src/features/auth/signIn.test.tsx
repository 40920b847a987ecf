import { screen, waitFor } from '@testing-library/react';
import type { UserEvent } from '@testing-library/user-event';
import { describe, expect, it } from 'vitest';
import { fillIn, openApp } from '../../../test/app';

async function signIn(user: UserEvent, password: string): Promise<void> {
  await fillIn(user, await screen.findByLabelText('E-mail'), 'demo@example.com');
  await fillIn(user, screen.getByLabelText('Password'), password);
  await user.click(screen.getByRole('button', { name: 'Sign in' }));
}

describe('sign-in', () => {
  it('says that the pair is wrong without saying which half, and keeps the e-mail', async () => {
    const { user } = await openApp('/sign-in');
    await signIn(user, 'wrong');
    expect(await screen.findByRole('alert')).toHaveTextContent('do not match');
    expect(screen.getByLabelText('E-mail')).toHaveValue('demo@example.com');
  });

  it('sends strangers to sign in and brings them back where they were going', async () => {
    const { user } = await openApp('/w/acme/settings/profile');
    await signIn(user, 'correct horse battery');
    expect(await screen.findByRole('heading', { name: 'Profile' })).toBeVisible();
    expect(window.location.pathname).toBe('/w/acme/settings/profile');
  });

  it('follows no address of another site', async () => {
    const { user } = await openApp('/sign-in?next=//evil.example/');
    await signIn(user, 'correct horse battery');
    await waitFor(() => expect(window.location.pathname).toMatch(/^\/w\/acme/));
    expect(window.location.host).toBe('localhost:3000');
  });

  it('offers the demo workspace where there is one', async () => {
    const { user } = await openApp('/sign-in');
    await user.click(await screen.findByRole('button', { name: /demo workspace/ }));
    await waitFor(() => expect(window.location.pathname).toMatch(/^\/w\/acme/));
  });
});

describe('the verification link', () => {
  it.each([
    ['expired', 'This link has expired'],
    ['used', 'This link was used already'],
  ])('explains a link that is %s', async (token, title) => {
    await openApp(`/verify?token=${token}`);
    expect(await screen.findByRole('heading', { name: title })).toBeVisible();
  });

  it('asks for the password when it is opened in another browser', async () => {
    const { user } = await openApp('/verify?token=elsewhere');
    await user.type(await screen.findByLabelText('Password'), 'wrong{Enter}');
    expect(await screen.findByRole('alert')).toHaveTextContent('do not match');
    await user.clear(screen.getByLabelText('Password'));
    await user.type(screen.getByLabelText('Password'), 'correct horse battery{Enter}');
    await waitFor(() => expect(window.location.pathname).toMatch(/^\/w\//));
  });

  it('is redeemed once, waits for the workspace and ends at the first steps', async () => {
    const { server } = await openApp('/verify?token=good', {
      prepare: ({ state }) => {
        state.workspaces.push({ id: state.newId(), slug: 'mill', name: 'Old Mill', role: 'admin', state: 'provisioning', purge_at: null });
      },
    });
    expect(await screen.findByRole('heading', { name: 'Setting up Old Mill' })).toBeVisible();
    expect(await screen.findByRole('heading', { name: /Welcome/ }, { timeout: 8000 })).toBeVisible();
    const redeemed = server.requests.filter(({ url }) => url.endsWith('/api/session/verify'));
    expect(redeemed).toHaveLength(1);
  }, 15_000);
});
