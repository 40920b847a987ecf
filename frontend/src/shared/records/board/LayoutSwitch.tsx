import { ActionIcon, Tooltip } from '@mantine/core';
import { IconLayoutKanban, IconTable } from '@tabler/icons-react';
import { useText } from '@/shared/i18n/text';
import type { Layout } from '../model/search';
import '../views/namespace';

interface Props {
  isBoard: boolean;
  isPhone: boolean;
  onChange: (layout: Layout) => void;
}

/** Goes from the table to the board and back. */
export function LayoutSwitch({ isBoard, isPhone, onChange }: Props) {
  const t = useText('views');
  const label = isBoard ? t('views:board.as_table') : t('views:board.as_board');
  const Icon = isBoard ? IconTable : IconLayoutKanban;
  return (
    <Tooltip label={label}>
      <ActionIcon
        variant="default"
        size={isPhone ? 44 : 30}
        aria-label={label}
        onClick={() => onChange(isBoard ? 'table' : 'board')}
      >
        <Icon size={isPhone ? 20 : 16} stroke={1.5} />
      </ActionIcon>
    </Tooltip>
  );
}
