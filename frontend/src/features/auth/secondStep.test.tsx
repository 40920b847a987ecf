import { screen, waitFor } from '@testing-library/react';
import { describe, expect, it } from 'vitest';
import { fillIn, lastRequest, openApp } from '../../../test/app';

describe('the second step of signing in', () => {
  const start = async () => {
    const opened = await openApp('/sign-in', {
      prepare: ({ state }) => (state.account = { ...state.account, two_factor: true }),
    });
    await fillIn(opened.user, await screen.findByLabelText('E-mail'), 'demo@example.com');
    await fillIn(opened.user, screen.getByLabelText('Password'), 'correct horse battery');
    await opened.user.click(screen.getByRole('button', { name: 'Sign in' }));
    await screen.findByRole('heading', { name: 'Enter your code' });
    return opened;
  };

  it('takes the code after the password', async () => {
    const { user } = await start();
    await fillIn(user, screen.getByLabelText('Code'), '000000');
    await user.click(screen.getByRole('button', { name: 'Sign in' }));
    expect(await screen.findByText('This code is not right, or was used already.')).toBeVisible();
    await fillIn(user, screen.getByLabelText('Code'), '123456');
    await user.click(screen.getByRole('button', { name: 'Sign in' }));
    await waitFor(() => expect(window.location.pathname).toMatch(/^\/w\/acme/));
  });

  it('is still there after a reload', async () => {
    await openApp('/sign-in', { prepare: ({ state }) => (state.secondStep = true) });
    expect(await screen.findByRole('heading', { name: 'Enter your code' })).toBeVisible();
  });
});

describe('a forgotten password', () => {
  it('says the same whoever asks', async () => {
    const { user } = await openApp('/forgot-password');
    await fillIn(user, await screen.findByLabelText('E-mail'), 'who@example.com');
    await user.click(screen.getByRole('button', { name: 'Send the link' }));
    expect(await screen.findByText(/If who@example.com has an account/)).toBeVisible();
  });

  it('is replaced by the link', async () => {
    const { user, server } = await openApp('/reset-password?token=good');
    await fillIn(user, await screen.findByLabelText('Password'), 'short');
    await user.click(screen.getByRole('button', { name: 'Save the new password' }));
    expect(await screen.findByText('At least 10 characters, please.')).toBeVisible();
    await fillIn(user, screen.getByLabelText('Password'), 'violet anchor 46 lamp');
    await user.click(screen.getByRole('button', { name: 'Save the new password' }));
    expect(await screen.findByRole('heading', { name: 'Your password was changed' })).toBeVisible();
    expect(await lastRequest(server, 'POST', '/api/session/password-reset/finish').json()).toEqual({
      token: 'good',
      password: 'violet anchor 46 lamp',
    });
  });

  it('offers a new link when this one is gone', async () => {
    const { user } = await openApp('/reset-password?token=used');
    await fillIn(user, await screen.findByLabelText('Password'), 'violet anchor 46 lamp');
    await user.click(screen.getByRole('button', { name: 'Save the new password' }));
    expect(await screen.findByRole('link', { name: 'Ask for a new link' })).toBeVisible();
  });
});
