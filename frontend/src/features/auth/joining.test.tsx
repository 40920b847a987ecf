import { screen, waitFor } from '@testing-library/react';
import { describe, expect, it } from 'vitest';
import { fillIn, lastRequest, openApp } from '../../../test/app';

const OPEN = '/invitation?token=good';

describe('an invitation', () => {
  it('makes an account for the invited address and goes into the workspace', async () => {
    const { user, server } = await openApp(OPEN);
    expect(await screen.findByRole('heading', { name: 'Join Acme Trading' })).toBeVisible();
    expect(screen.getByLabelText('E-mail')).toHaveValue('ada@example.com');
    await fillIn(user, screen.getByLabelText('Your name'), 'Ada Lovelace');
    await fillIn(user, screen.getByLabelText('Password'), 'short');
    await user.click(screen.getByRole('button', { name: 'Join' }));
    expect(await screen.findByText('At least 10 characters, please.')).toBeVisible();
    await fillIn(user, screen.getByLabelText('Password'), 'plum tractor nine velvet');
    await user.click(screen.getByRole('button', { name: 'Join' }));
    await waitFor(() => expect(window.location.pathname).toMatch(/^\/w\/acme/));
    expect(await lastRequest(server, 'POST', '/api/session/invitation/join').json()).toMatchObject({
      token: 'good',
      name: 'Ada Lovelace',
      language: 'en',
    });
  });

  it('lets somebody with an account sign in and come back', async () => {
    const { user } = await openApp('/invitation?token=mine');
    await user.click(await screen.findByRole('link', { name: 'Sign in to join' }));
    await screen.findByRole('button', { name: 'Sign in' }); // the page before has an e-mail field too
    await fillIn(user, screen.getByLabelText('E-mail'), 'demo@example.com');
    await fillIn(user, screen.getByLabelText('Password'), 'correct horse battery');
    await user.click(screen.getByRole('button', { name: 'Sign in' }));
    await user.click(await screen.findByRole('button', { name: 'Join' }));
    await waitFor(() => expect(window.location.pathname).toMatch(/^\/w\/acme/));
  });

  it('explains that it is for another address, and lets the person sign out', async () => {
    const { user } = await openApp(OPEN, { signedIn: true });
    expect(await screen.findByText(/was sent to ada@example.com, and you are signed in as demo@example.com/)).toBeVisible();
    await user.click(screen.getByRole('button', { name: 'Sign out and go on' }));
    expect(await screen.findByRole('heading', { name: 'Join Acme Trading' })).toBeVisible();
  });

  it.each([
    ['expired', 'This invitation has expired'],
    ['used', 'This invitation was used already'],
    ['revoked', 'This invitation was taken back'],
  ])('says why a link that is %s opens nothing', async (token, title) => {
    await openApp(`/invitation?token=${token}`);
    expect(await screen.findByRole('heading', { name: title })).toBeVisible();
  });
});
