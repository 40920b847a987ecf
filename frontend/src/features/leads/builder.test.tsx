import { screen, waitFor, within } from '@testing-library/react';
import type { UserEvent } from '@testing-library/user-event';
import { beforeEach, describe, expect, it } from 'vitest';
import { makeLead } from '../../../dev-mock/data';
import { ACME } from '../../../dev-mock/state';
import { openApp } from '../../../test/app';
import { giveLayout } from '../../../test/layout';
import type { Lead } from '@/api/types';

function people(): Lead[] {
  const at = new Date(Date.UTC(2026, 10, 20));
  return [
    makeLead('01900000-0000-7000-8000-00000000000a', { name: 'Anna Berg', company: 'Nordlicht', status: 'working' }, at),
    makeLead('01900000-0000-7000-8000-00000000000b', { name: 'Ben Hall', company: 'Old Mill', status: 'new', rating: 'hot' }, at),
    makeLead('01900000-0000-7000-8000-00000000000c', { name: 'Cleo Ray', company: 'Old Mill', status: 'new' }, at),
  ];
}

function open(path = '/w/acme/leads') {
  return openApp(path, { signedIn: true, prepare: (server) => server.state.leads.set(ACME, people()) });
}

async function choose(user: UserEvent, field: HTMLElement, option: string): Promise<void> {
  await user.click(field);
  await user.click(await screen.findByRole('option', { name: option, hidden: false }));
}

beforeEach(() => giveLayout());

describe('combining conditions', () => {
  it('counts while conditions are made, and shows those in groups as one chip', async () => {
    const { user } = await open();
    await user.click(await screen.findByRole('button', { name: 'Combine' }));
    const dialog = await screen.findByRole('dialog', { name: 'Combine conditions' });
    await choose(user, within(dialog).getByRole('combobox', { name: 'Of these conditions' }), 'at least one holds');
    await choose(user, within(dialog).getByRole('combobox', { name: 'Field' }), 'Company');
    await user.type(within(dialog).getByRole('textbox', { name: 'Company' }), 'nord');
    expect(await within(dialog).findByText('1 record')).toBeVisible();
    await user.click(within(dialog).getByRole('button', { name: 'Add condition' }));
    expect(within(dialog).getByRole('button', { name: 'Show these' })).toBeDisabled();
    const fields = within(dialog).getAllByRole('combobox', { name: 'Field' });
    await choose(user, fields.at(1) ?? dialog, 'Rating');
    const operators = within(dialog).getAllByRole('combobox', { name: 'Condition' });
    await choose(user, operators.at(1) ?? dialog, 'is not empty');
    expect(await within(dialog).findByText('2 records')).toBeVisible();
    await user.click(within(dialog).getByRole('button', { name: 'Show these' }));
    await waitFor(() => expect(screen.queryByRole('rowheader', { name: 'Cleo Ray' })).not.toBeInTheDocument());
    expect(screen.getByRole('rowheader', { name: 'Ben Hall' })).toBeInTheDocument();
    expect(decodeURIComponent(window.location.search)).toContain('"any":[{"field":"company","op":"contains","value":"nord"}');
    expect(screen.getByText('any of 2 conditions')).toBeVisible();
    await user.click(screen.getByRole('button', { name: 'Remove the filter Combined' }));
    expect(await screen.findByRole('rowheader', { name: 'Cleo Ray' })).toBeInTheDocument();
  });

  it('tells why a lead is in the list', async () => {
    const filter = { all: [{ any: [{ field: 'rating', op: 'in', value: ['hot'] }, { field: 'company', op: 'contains', value: 'nord' }] }] };
    const { user } = await open(`/w/acme/leads?filter=${encodeURIComponent(JSON.stringify(filter))}`);
    await user.click(await screen.findByRole('link', { name: 'Ben Hall' }));
    await screen.findByRole('heading', { level: 2, name: 'Ben Hall' });
    await user.click(screen.getByRole('button', { name: 'More actions' }));
    await user.click(await screen.findByRole('menuitem', { name: 'Why is it in this list?' }));
    const dialog = await screen.findByRole('dialog', { name: 'Why it is in this list' });
    expect(await within(dialog).findByText('Ben Hall fits the filter of this list.')).toBeVisible();
    expect(within(dialog).getByText('It has: Hot')).toBeVisible();
    expect(within(dialog).getByText('It has: Old Mill')).toBeVisible();
    expect(within(dialog).getAllByRole('img', { name: 'Does not hold' })).toHaveLength(1);
  });

  it('opens what an address holds, also what must not be', async () => {
    const filter = { not: { any: [{ field: 'company', op: 'contains', value: 'mill' }] } };
    const { user } = await open(`/w/acme/leads?filter=${encodeURIComponent(JSON.stringify(filter))}`);
    expect(await screen.findByRole('rowheader', { name: 'Anna Berg' })).toBeInTheDocument();
    expect(screen.queryByText('Ben Hall')).not.toBeInTheDocument();
    await user.click(screen.getByText('not: 1 condition'));
    const dialog = await screen.findByRole('dialog', { name: 'Combine conditions' });
    expect(within(dialog).getByRole('combobox', { name: 'Of these conditions' })).toHaveValue('none holds');
    expect(within(dialog).getByRole('textbox', { name: 'Company' })).toHaveValue('mill');
  });
});
