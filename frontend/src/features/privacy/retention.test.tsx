import { focusManager } from '@tanstack/react-query';
import { screen, waitFor, within } from '@testing-library/react';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { RetentionRun } from '@/api/types';
import { fillIn, lastRequest, openApp } from '../../../test/app';
import { giveLayout } from '../../../test/layout';
import type { MockServer } from '../../../dev-mock/server';

const RUN: RetentionRun = {
  id: '01900000-0000-7000-8000-0000000000b1',
  object: 'lead',
  months: 24,
  filter: null,
  started_at: '2026-11-01T08:00:00Z',
  erase_at: '2999-12-01T08:00:00Z',
  erased_at: null,
  state: 'done',
  deleted: 3,
  undoing: null,
};

function open(prepare: (server: MockServer) => void = () => undefined) {
  return openApp('/w/acme/settings/privacy', { signedIn: true, prepare });
}

beforeEach(() => giveLayout());
afterEach(() => focusManager.setFocused(undefined));

describe('how long records are kept', () => {
  it('is nothing until a rule is set, which says what would go', async () => {
    const { server, user } = await open();
    expect(await screen.findByText('Kept until somebody deletes them.')).toBeVisible();
    await user.click(screen.getByRole('button', { name: 'Set a rule' }));
    const dialog = await screen.findByRole('dialog', { name: 'Keep no longer than needed' });
    await fillIn(user, within(dialog).getByLabelText(/^Delete after how many months/), '24');
    expect(await within(dialog).findByText('1 record would go now.')).toBeVisible();
    expect(within(dialog).getByText('Untouched for longest: Anna Berg')).toBeVisible();
    await user.click(within(dialog).getByRole('button', { name: 'Save' }));
    expect(await screen.findByText('Next on Dec 3, 2026: 1 record.')).toBeVisible();
    const sent = lastRequest(server, 'PUT', '/api/v1/retention/lead');
    expect(sent.headers.get('If-Match')).toBe('"0"');
    expect(await sent.json()).toEqual({ months: 24, filter: null, history_months: null });
    await user.click(screen.getByRole('button', { name: 'Stop' }));
    expect(await screen.findByText('Kept until somebody deletes them.')).toBeVisible();
  });

  it('tells what was deleted, and brings it back as long as that is possible', async () => {
    const { server, user } = await open(({ retention }) => {
      retention.runs = [RUN, { ...RUN, id: '01900000-0000-7000-8000-0000000000b2', erased_at: '2026-10-01T08:00:00Z', erase_at: '2026-10-01T08:00:00Z' }];
    });
    expect(await screen.findAllByText(/Leads: 3 deleted/)).toHaveLength(2);
    expect(screen.getByText('Erased for good on Oct 1, 2026.')).toBeVisible();
    await user.click(screen.getByRole('button', { name: 'Bring back' }));
    const question = await screen.findByRole('dialog', { name: 'Bring these records back' });
    expect(server.retention.runs[0]?.undoing).toBeNull();
    await user.click(within(question).getByRole('button', { name: 'Bring back' }));
    expect(await screen.findByText('Brought back.')).toBeVisible();
    await waitFor(() => expect(server.retention.runs[0]?.undoing).toBe('done'));
    expect(screen.queryByRole('button', { name: 'Bring back' })).toBeNull();
  });

  it('is not overwritten where somebody else was faster, and says about how many there are', async () => {
    const { server, user } = await open(({ retention }) => {
      const due = { value: 12000, exact: false };
      retention.rule = { ...retention.rule, months: 24, version: 3, next_run_at: '2026-12-03T08:00:00Z', due };
      retention.runs = [{ ...RUN, state: 'failed' }];
    });
    expect(await screen.findByText('Next on Dec 3, 2026: about 12,000 records.')).toBeVisible();
    expect(screen.getByText(/^It stopped at an error before everything was deleted./)).toBeVisible();
    await user.click(screen.getByRole('button', { name: 'Change' }));
    const dialog = await screen.findByRole('dialog', { name: 'Keep no longer than needed' });
    server.retention.rule = { ...server.retention.rule, months: 60, version: 4 };
    focusManager.setFocused(false);
    focusManager.setFocused(true);
    expect(await screen.findByText(/for 60 months/)).toBeInTheDocument();
    await user.click(within(dialog).getByRole('button', { name: 'Save' }));
    await waitFor(() => expect(lastRequest(server, 'PUT', '/api/v1/retention/lead').headers.get('If-Match')).toBe('"3"'));
  });
});
