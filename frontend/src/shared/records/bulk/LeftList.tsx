import { Anchor, List, Text } from '@mantine/core';
import type { LeftAlone } from '@/api/types';
import { fieldMessage } from '@/shared/forms/problems';
import { textOr, useText } from '@/shared/i18n/text';
import { fieldLabel } from '../model/labels';
import { fieldOf } from '../model/record';
import type { Display } from '../values/display';
import './namespace';

interface Props {
  display: Display;
  left: LeftAlone[];
  hrefOf: (id: string) => string;
}

/** Records that a job leaves as they are, each with the reason. */
export function LeftList({ display, left, hrefOf }: Props) {
  const t = useText('bulk', 'records');
  const why = ({ reason, fields, errors }: LeftAlone): string => {
    const names = fields.flatMap((name) => {
      const field = fieldOf(display.object, name);
      return field ? [fieldLabel(t, field)] : [];
    });
    const list = display.format.list(names);
    if (errors.length > 0) return errors.map((error) => fieldMessage(t, error)).join(' ');
    return textOr(t, `bulk:reason.${reason}${names.length > 0 ? '_fields' : ''}`, reason, { fields: list });
  };
  return (
    <List size="sm" listStyleType="none" spacing={4}>
      {left.map((each) => (
        <List.Item key={each.id}>
          {each.display_name === null ? (
            <Text span size="sm">
              {t('bulk:nameless')}
            </Text>
          ) : (
            <Anchor href={hrefOf(each.id)} size="sm">
              {each.display_name || t('records:value.nameless')}
            </Anchor>
          )}{' '}
          <Text span size="sm" c="dimmed">
            {why(each)}
          </Text>
        </List.Item>
      ))}
    </List>
  );
}
