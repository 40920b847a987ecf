import { screen, within } from '@testing-library/react';
import type { UserEvent } from '@testing-library/user-event';
import { describe, expect, it } from 'vitest';
import { fillIn, lastRequest, openApp } from '../../../test/app';

async function fill(user: UserEvent, password: string): Promise<void> {
  await fillIn(user, await screen.findByLabelText('Organisation'), 'Old Mill Bakery');
  await fillIn(user, screen.getByLabelText('Your name'), 'Amina Okafor');
  await fillIn(user, screen.getByLabelText('Work e-mail'), 'amina@example.com');
  await fillIn(user, screen.getByLabelText('Password'), password);
  await user.click(screen.getByRole('button', { name: 'Create workspace' }));
}

describe('sign-up', () => {
  it('shows what the server refuses at its field and moves the focus there', async () => {
    const { user } = await openApp('/sign-up');
    await fill(user, 'password123');
    const password = screen.getByLabelText('Password');
    expect(await screen.findByText(/easy to guess. Choose/)).toBeVisible();
    expect(password).toBeInvalid();
    expect(password).toHaveFocus();
  });

  it('sends what was typed with zone, currency and language, then says where the link went', async () => {
    const { user, server } = await openApp('/sign-up');
    await fill(user, 'river lamp orange');
    expect(await screen.findByRole('heading', { name: 'Check your mail' })).toBeVisible();
    expect(screen.getByText(/amina@example.com/)).toBeVisible();
    expect(screen.getByRole('link', { name: /local mailbox/ })).toHaveAttribute('href', '/dev/mailbox');
    const sent = (await lastRequest(server, 'POST', '/api/session/sign-up').json()) as Record<string, string>;
    expect(sent).toMatchObject({ organisation: 'Old Mill Bakery', language: 'en' });
    expect(sent.timezone).toBe(Intl.DateTimeFormat().resolvedOptions().timeZone);
    expect(sent.currency).toMatch(/^[A-Z]{3}$/);
  });

  it('tells while typing that an address is taken', async () => {
    const { user } = await openApp('/sign-up');
    await user.click(await screen.findByRole('button', { name: /Address, time zone/ }));
    await fillIn(user, await screen.findByLabelText('Workspace address'), 'acme');
    expect(await screen.findByText(/This address is taken/)).toBeVisible();
  });

  it('does not refuse the address made from a name that another workspace has', async () => {
    const { user } = await openApp('/sign-up');
    await fillIn(user, await screen.findByLabelText('Organisation'), 'Acme');
    await user.click(screen.getByRole('button', { name: /Address, time zone/ }));
    expect(await screen.findByText(/acme is taken, so yours gets a number/)).toBeVisible();
    expect(screen.getByLabelText('Workspace address')).toBeValid();
  });

  it('keeps what was typed, but never the password, while one looks elsewhere', async () => {
    const { user } = await openApp('/sign-up');
    await fillIn(user, await screen.findByLabelText('Organisation'), 'Old Mill');
    await fillIn(user, screen.getByLabelText('Password'), 'river lamp');
    await user.click(screen.getByRole('link', { name: 'Sign in' }));
    await user.click(await screen.findByRole('link', { name: 'Create a workspace' }));
    expect(await screen.findByLabelText('Organisation')).toHaveValue('Old Mill');
    expect(screen.getByLabelText('Password')).toHaveValue('');
  });

  it('asks for what is missing before anything is sent', async () => {
    const { user, server } = await openApp('/sign-up', { language: 'zh-CN' });
    await user.click(await screen.findByRole('button', { name: '创建工作区' }));
    expect(within(screen.getByRole('main')).getAllByText('请填写此项。')).toHaveLength(4);
    expect(server.requests.some(({ method }) => method === 'POST')).toBe(false);
  });
});
