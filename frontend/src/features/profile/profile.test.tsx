import { screen, waitFor } from '@testing-library/react';
import { describe, expect, it } from 'vitest';
import { lastRequest, openApp } from '../../../test/app';

const open = (path = '/w/acme/settings/profile') => openApp(path, { signedIn: true });

describe('the profile', () => {
  it('switches the theme at once and saves it', async () => {
    const { user, server } = await open();
    await user.click(await screen.findByRole('radio', { name: 'Dark' }));
    await waitFor(() => expect(document.documentElement).toHaveAttribute('data-mantine-color-scheme', 'dark'));
    await waitFor(() => expect(server.state.account.theme).toBe('dark'));
    await user.click(screen.getByRole('radio', { name: 'Light' }));
    await waitFor(() => expect(document.documentElement).toHaveAttribute('data-mantine-color-scheme', 'light'));
  });

  it('takes the theme back and says why when the server refuses', async () => {
    const { user, server } = await open();
    await screen.findByRole('radio', { name: 'Dark' });
    server.state.csrfToken = 'rotated';
    server.state.refuseProfile = true;
    await user.click(screen.getByRole('radio', { name: 'Dark' }));
    expect(await screen.findByText(/briefly unavailable/)).toBeVisible();
    expect(screen.getByRole('radio', { name: 'Like the system' })).toBeChecked();
  });

  it('changes the language of everything on the page', async () => {
    const { user, server } = await open();
    await user.click(await screen.findByRole('combobox', { name: 'Language' }));
    await user.click(await screen.findByRole('option', { name: '简体中文' }));
    expect(await screen.findByRole('heading', { name: '个人设置' })).toBeVisible();
    expect(document.documentElement.lang).toBe('zh-CN');
    expect(await lastRequest(server, 'PATCH', '/api/session/profile').json()).toEqual({ language: 'zh-CN' });
  });

  it('narrows the rows for those who choose so', async () => {
    const { user } = await open();
    await user.click(await screen.findByRole('radio', { name: 'Compact' }));
    await waitFor(() => expect(document.documentElement.dataset.density).toBe('compact'));
  });

  it('saves a new name and shows it', async () => {
    const { user, server } = await open();
    const name = await screen.findByLabelText('Name');
    await user.clear(name);
    await user.type(name, '王秀英{Enter}');
    await waitFor(() => expect(server.state.account.name).toBe('王秀英'));
    expect(await screen.findByRole('button', { name: 'Menu of 王秀英' })).toBeVisible();
  });
});
