import { useEffect, useState, type ReactNode } from 'react';
import { CloseButton, TextInput } from '@mantine/core';
import { useDebouncedCallback } from '@mantine/hooks';
import { IconSearch } from '@tabler/icons-react';
import classes from './Toolbar.module.css';

interface Props {
  label: string;
  clearLabel: string;
  words: string;
  onWords: (words: string) => void;
  children: ReactNode;
}

const PAUSE_MS = 200;
const LONGEST = 200;

/** The search box of a list and, beside it, what narrows and arranges it. */
export function Toolbar({ label, clearLabel, words, onWords, children }: Props) {
  const [typed, setTyped] = useState(words);
  const [sent, setSent] = useState(words);
  // Back and forward change the address under the box: what stands there then is the truth.
  if (words !== sent) {
    setSent(words);
    if (words !== typed.trim()) setTyped(words);
  }
  const send = useDebouncedCallback((text: string) => onWords(text), PAUSE_MS);
  useEffect(() => () => send.cancel(), [send]);
  const change = (text: string): void => {
    setTyped(text);
    send(text);
  };
  return (
    <div className={classes.bar}>
      <TextInput
        className={classes.search}
        type="search"
        size="xs"
        value={typed}
        maxLength={LONGEST}
        aria-label={label}
        placeholder={label}
        leftSection={<IconSearch size={16} stroke={1.5} />}
        rightSection={typed ? <CloseButton size="xs" aria-label={clearLabel} onClick={() => change('')} /> : null}
        onChange={(event) => change(event.currentTarget.value)}
        onKeyDown={(event) => {
          if (event.key !== 'Escape') return;
          event.preventDefault();
          if (typed) change('');
          else event.currentTarget.blur();
        }}
        data-filter-input
      />
      {children}
    </div>
  );
}
