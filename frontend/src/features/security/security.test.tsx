import { screen, waitFor, within } from '@testing-library/react';
import { describe, expect, it } from 'vitest';
import { fillIn, lastRequest, openApp } from '../../../test/app';

const open = (prepare?: Parameters<typeof openApp>[1]) =>
  openApp('/w/acme/settings/security', { signedIn: true, ...prepare });

describe('the security page', () => {
  it('asks who one is, then repeats the change by itself', async () => {
    const { user, server } = await open({ prepare: ({ state }) => (state.proofIsOld = true) });
    await fillIn(user, await screen.findByLabelText('New password'), 'violet anchor 46 lamp');
    await user.click(screen.getByRole('button', { name: 'Change password' }));
    const dialog = await screen.findByRole('dialog', { name: 'Is it you?' });
    await fillIn(user, within(dialog).getByLabelText(/Password of/), 'wrong');
    await user.click(within(dialog).getByRole('button', { name: 'Confirm' }));
    expect(await within(dialog).findByText('This is not your password.')).toBeVisible();
    await fillIn(user, within(dialog).getByLabelText(/Password of/), 'correct horse battery');
    await user.click(within(dialog).getByRole('button', { name: 'Confirm' }));
    expect(await screen.findByText('Your password was changed')).toBeVisible();
    expect(server.state.password).toBe('violet anchor 46 lamp');
  });

  it('leaves everything as it was for who does not say', async () => {
    const { user, server } = await open({ prepare: ({ state }) => (state.proofIsOld = true) });
    await fillIn(user, await screen.findByLabelText('New password'), 'violet anchor 46 lamp');
    await user.click(screen.getByRole('button', { name: 'Change password' }));
    const dialog = await screen.findByRole('dialog', { name: 'Is it you?' });
    await user.click(within(dialog).getByRole('button', { name: 'Cancel' }));
    expect(await screen.findByText('Confirm that it is you, then try again.')).toBeVisible();
    expect(server.state.password).toBe('correct horse battery');
  });

  it('shows the browsers and signs one out', async () => {
    const { user } = await open();
    const row = (await screen.findByText('Safari on iOS')).closest('li');
    if (!row) throw new Error('no row');
    expect(screen.getByText('This browser')).toBeVisible();
    await user.click(within(row).getByRole('button', { name: 'Sign out' }));
    await waitFor(() => expect(screen.queryByText('Safari on iOS')).not.toBeInTheDocument());
  });

  it('turns two-factor on by a first code and shows the recovery codes once', async () => {
    const { user, server } = await open();
    await user.click(await screen.findByRole('button', { name: 'Set up' }));
    expect(await screen.findByAltText('QR code for your authenticator app')).toBeVisible();
    await fillIn(user, screen.getByLabelText('Code from the app'), '000000');
    await user.click(screen.getByRole('button', { name: 'Turn on' }));
    expect(await screen.findByText('This code is not right, or was used already.')).toBeVisible();
    await fillIn(user, screen.getByLabelText('Code from the app'), '123456');
    await user.click(screen.getByRole('button', { name: 'Turn on' }));
    expect(await screen.findByText('aaaa-bbbb-cccc')).toBeVisible();
    await user.click(screen.getByRole('button', { name: 'I have kept them' }));
    expect(await screen.findByText('9 recovery codes left')).toBeVisible();
    expect(server.state.account.two_factor).toBe(true);
  });

  it('leads who lacks it to set it up before the workspace opens', async () => {
    const { user } = await open({ prepare: ({ state }) => (state.refuseWithoutTwoFactor = true) });
    expect(await screen.findByRole('heading', { name: 'Set up two-factor sign-in' })).toBeVisible();
    await user.click(screen.getByRole('button', { name: 'Set up' }));
    await fillIn(user, await screen.findByLabelText('Code from the app'), '123456');
    await user.click(screen.getByRole('button', { name: 'Turn on' }));
    await user.click(await screen.findByRole('button', { name: 'I have kept them' }));
    expect(await screen.findByText('9 recovery codes left')).toBeVisible();
  });

  it('says in the days of grace from when on it is asked for', async () => {
    await open({ prepare: ({ state }) => (state.twoFactorFrom = '2026-12-24T08:00:00Z') });
    expect(await screen.findByText(/From Dec 24, 2026.* asks everybody for two-factor sign-in/)).toBeVisible();
  });

  it('waits for the link of a new address', async () => {
    const { user, server } = await open();
    await fillIn(user, await screen.findByLabelText('New e-mail'), 'new@example.com');
    await user.click(screen.getByRole('button', { name: 'Send the link' }));
    expect(await screen.findByText(/We sent a link to new@example.com/)).toBeVisible();
    expect(await lastRequest(server, 'POST', '/api/session/email').json()).toEqual({ email: 'new@example.com' });
  });
});
