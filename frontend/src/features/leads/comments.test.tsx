import { screen, waitFor, within } from '@testing-library/react';
import { beforeEach, describe, expect, it } from 'vitest';
import { makeLead } from '../../../dev-mock/data';
import { COLLEAGUE } from '../../../dev-mock/objects';
import { ACME } from '../../../dev-mock/state';
import { lastRequest, openApp } from '../../../test/app';
import { giveLayout } from '../../../test/layout';

const ANNA = '01900000-0000-7000-8000-00000000000a';

beforeEach(() => giveLayout());

describe('comments on a record', () => {
  it('are written with a mention by keyboard, edited and taken back', async () => {
    const leads = [makeLead(ANNA, { name: 'Anna Berg' }, new Date())];
    const { server, user } = await openApp(`/w/acme/leads/${ANNA}`, {
      signedIn: true,
      prepare: ({ state }) => state.leads.set(ACME, leads),
    });
    const box = await screen.findByRole('textbox', { name: 'Comment' });
    await user.type(box, 'Ask @李');
    await screen.findByRole('option', { name: /李明/ });
    await user.keyboard('{Enter}');
    await waitFor(() => expect(box).toHaveValue('Ask @李明 '));
    await user.keyboard('today{Control>}{Enter}{/Control}');
    await waitFor(() => expect(box).toHaveValue(''));
    const sent = (await lastRequest(server, 'POST', `/api/v1/leads/${ANNA}/comments`).clone().json()) as unknown;
    expect(sent).toEqual({ body: `Ask <@${COLLEAGUE}> today` });

    const item = (await screen.findByText('@李明')).closest('li') as HTMLElement;
    await user.click(within(item).getByRole('button', { name: /^Actions for the comment/ }));
    await user.click(await screen.findByRole('menuitem', { name: 'Edit' }));
    await user.type(within(item).getByRole('textbox', { name: 'Comment' }), '!');
    await user.click(within(item).getByRole('button', { name: 'Save' }));
    expect(await within(item).findByText('edited')).toBeVisible();

    await user.click(within(item).getByRole('button', { name: /^Actions for the comment/ }));
    await user.click(await screen.findByRole('menuitem', { name: 'Delete' }));
    await waitFor(() => expect(screen.queryByText('@李明')).not.toBeInTheDocument());
  });
});
