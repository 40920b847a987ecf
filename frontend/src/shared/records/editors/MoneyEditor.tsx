import { useMemo, useState } from 'react';
import { Group, Input, NumberInput, Select } from '@mantine/core';
import { minorDigits } from '@/shared/format/format';
import { currencies } from '@/shared/format/regions';
import { useMe } from '@/shared/workspace/workspace';
import { isMoney } from '../model/values';
import type { EditorProps } from './types';
import classes from './editors.module.css';

/** The whole number of minor units for what was typed. */
export function toMinor(amount: number, currency: string): number {
  return Math.round(amount * 10 ** minorDigits(currency));
}

/** The field shows the code only; it is found by its name too. */
function asOption({ value }: { value: string }): { value: string; label: string } {
  return { value, label: value };
}

/** An amount and its currency; the workspace's currency to begin with. */
export function MoneyEditor(props: EditorProps) {
  const { display, label, bare, value, onChange, error, help } = props;
  const { workspace } = useMe();
  const names = useMemo(() => currencies(display.language), [display.language]);
  const known = isMoney(value) ? value : null;
  const [currency, setCurrency] = useState(known?.currency ?? workspace.currency);
  const [amount, setAmount] = useState<number | ''>(
    known ? known.amount_minor / 10 ** minorDigits(known.currency) : '',
  );
  const emit = (nextAmount: number | '', nextCurrency: string): void =>
    onChange(nextAmount === '' ? null : { amount_minor: toMinor(nextAmount, nextCurrency), currency: nextCurrency });
  return (
    <Input.Wrapper label={bare ? undefined : label} labelElement="div" description={help} error={error}>
      <Group gap={6} wrap="nowrap" align="start" role="group" aria-label={label}>
        <NumberInput
          className={classes.grow}
          aria-label={display.t('records:editor.amount', { field: label })}
          defaultValue={amount}
          decimalScale={minorDigits(currency)}
          thousandSeparator=","
          allowNegative
          hideControls
          error={error !== undefined}
          onChange={(next) => {
            const typed = typeof next === 'number' ? next : next === '' ? '' : Number(next);
            setAmount(typed);
            emit(typed, currency);
          }}
          data-autofocus
        />
        <Select
          className={classes.currency}
          aria-label={display.t('records:editor.currency', { field: label })}
          data={names.map(({ value: code }) => code)}
          renderOption={({ option }) => names.find(({ value: code }) => code === option.value)?.label}
          filter={({ search }) => names.filter(({ label: name }) => name.toLowerCase().includes(search.trim().toLowerCase())).map(asOption)}
          value={currency}
          searchable
          allowDeselect={false}
          limit={80}
          comboboxProps={{ withinPortal: false, width: 260, position: 'bottom-end' }}
          onChange={(next) => {
            if (!next) return;
            setCurrency(next);
            emit(amount, next);
          }}
        />
      </Group>
    </Input.Wrapper>
  );
}
