import { Alert, Anchor, List } from '@mantine/core';
import { IconCopy } from '@tabler/icons-react';
import type { Duplicate } from '@/api/types';
import type { Display } from '../values/display';

interface Props {
  display: Display;
  duplicates: Duplicate[];
  hrefOf: (id: string) => string;
}

const REASONS: Record<string, 'records:duplicate.by_email' | 'records:duplicate.by_phone'> = {
  email: 'records:duplicate.by_email',
  phone: 'records:duplicate.by_phone',
};

/** Records that already have one of the addresses or numbers typed. */
export function DuplicateWarning({ display, duplicates, hrefOf }: Props) {
  const { t } = display;
  if (duplicates.length === 0) return null;
  return (
    <Alert color="yellow" variant="light" icon={<IconCopy size={18} />} role="status" title={t('records:duplicate.title')}>
      <List size="sm" spacing={2} listStyleType="none">
        {duplicates.map(({ id, display_name, reasons }) => (
          <List.Item key={id}>
            <Anchor href={hrefOf(id)} target="_blank" size="sm">
              {display_name || t('records:value.nameless')}
            </Anchor>{' '}
            {reasons.flatMap((reason) => (REASONS[reason] ? [t(REASONS[reason])] : [])).join(', ')}
          </List.Item>
        ))}
      </List>
    </Alert>
  );
}
